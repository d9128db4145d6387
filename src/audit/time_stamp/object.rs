//! Object identifiers, as their bytes stand in DER.

/// `id-signedData`, 1.2.840.113549.1.7.2 (RFC 5652).
pub(super) const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
/// `id-contentType`, 1.2.840.113549.1.9.3 (RFC 5652).
pub(super) const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3];
/// `id-messageDigest`, 1.2.840.113549.1.9.4 (RFC 5652).
pub(super) const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4];
/// `id-ct-TSTInfo`, 1.2.840.113549.1.9.16.1.4 (RFC 3161).
pub(super) const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 4];
/// `id-aa-signingCertificate`, 1.2.840.113549.1.9.16.2.12 (RFC 5035).
pub(super) const SIGNING_CERTIFICATE: &[u8] =
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 12];
/// `id-aa-signingCertificateV2`, 1.2.840.113549.1.9.16.2.47 (RFC 5035).
pub(super) const SIGNING_CERTIFICATE_V2: &[u8] =
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 47];

/// `id-sha256`, 2.16.840.1.101.3.4.2.1 (RFC 5754); the other two end in 2 and 3.
pub(super) const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
/// `id-sha384`.
pub(super) const SHA384: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2];
/// `id-sha512`.
pub(super) const SHA512: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3];

/// `rsaEncryption`, 1.2.840.113549.1.1.1 (RFC 8017).
pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
/// `id-mgf1`, 1.2.840.113549.1.1.8 (RFC 8017).
pub(super) const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8];
/// `id-RSASSA-PSS`, 1.2.840.113549.1.1.10 (RFC 8017).
pub(super) const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
/// `sha256WithRSAEncryption`, 1.2.840.113549.1.1.11 (RFC 8017).
pub(super) const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
/// `sha384WithRSAEncryption`.
pub(super) const RSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12];
/// `sha512WithRSAEncryption`.
pub(super) const RSA_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13];

/// `id-ecPublicKey`, 1.2.840.10045.2.1 (RFC 5480).
pub(super) const ELLIPTIC_CURVE: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
/// `secp256r1`, 1.2.840.10045.3.1.7 (RFC 5480).
pub(super) const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
/// `secp384r1`, 1.3.132.0.34 (RFC 5480).
pub(super) const P384: &[u8] = &[0x2b, 0x81, 4, 0, 34];
/// `ecdsa-with-SHA256`, 1.2.840.10045.4.3.2 (RFC 5758).
pub(super) const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
/// `ecdsa-with-SHA384`.
pub(super) const ECDSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3];
/// `ecdsa-with-SHA512`.
pub(super) const ECDSA_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4];

/// `id-kp-timeStamping`, 1.3.6.1.5.5.7.3.8 (RFC 5280).
pub(super) const TIME_STAMPING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];

/// `id-ce-subjectAltName`, 2.5.29.17 (RFC 5280).
pub(super) const OTHER_NAMES: &[u8] = &[0x55, 0x1d, 17];
/// `id-ce-keyUsage`, 2.5.29.15.
pub(super) const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
/// subjectKeyIdentifier (RFC 5280, section 4.2.1.2).
pub(super) const KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 14];
/// authorityKeyIdentifier (RFC 5280, section 4.2.1.1).
pub(super) const ISSUER_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 35];
/// proxyCertInfo (RFC 3820): whoever has it speaks for somebody else.
pub(super) const PROXY: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 14];
/// `id-ce-basicConstraints`, 2.5.29.19.
pub(super) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
/// `id-ce-nameConstraints`, 2.5.29.30.
pub(super) const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 30];
/// `id-ce-cRLDistributionPoints`, 2.5.29.31: where revoked certificates are listed.
pub(super) const REVOCATION_LISTS: &[u8] = &[0x55, 0x1d, 31];
/// `id-ce-certificatePolicies`, 2.5.29.32.
pub(super) const POLICIES: &[u8] = &[0x55, 0x1d, 32];
/// `id-ce-extKeyUsage`, 2.5.29.37.
pub(super) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];

/// `id-at-commonName`, 2.5.4.3 (X.520).
pub(super) const COMMON_NAME: &[u8] = &[0x55, 4, 3];
/// `id-at-organizationName`, 2.5.4.10.
pub(super) const ORGANISATION: &[u8] = &[0x55, 4, 10];
/// `id-at-organizationalUnitName`, 2.5.4.11.
pub(super) const UNIT: &[u8] = &[0x55, 4, 11];
