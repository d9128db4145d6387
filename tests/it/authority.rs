//! A time stamp authority for tests: the real `openssl ts`, with certificates made for the occasion.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::NaiveDateTime;

/// A folder with keys, certificates and the settings of openssl.
pub struct Authority {
    folder: PathBuf,
}

/// Dates of a certificate that holds for long.
pub const LONG: (&str, &str) = ("20200101000000Z", "20491231235959Z");

const SETTINGS: &str = "
[ca]
default_ca = c
[c]
new_certs_dir = .
database = index.txt
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = any_name
[any_name]

[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[ca_without_more]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign
[no_ca]
basicConstraints = critical, CA:FALSE
[narrow]
basicConstraints = critical, CA:TRUE
nameConstraints = critical, permitted;DNS:example.org
[stamps]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
authorityKeyIdentifier = keyid
[stamps_not_critical]
extendedKeyUsage = timeStamping
[stamps_and_more]
extendedKeyUsage = critical, timeStamping, codeSigning
[signs_code]
extendedKeyUsage = critical, codeSigning
[no_usage]
basicConstraints = critical, CA:FALSE
[stamps_and_encrypts]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature, keyEncipherment
[stamps_strangely]
extendedKeyUsage = critical, timeStamping
1.2.3.4.5 = critical, ASN1:NULL

[tsa]
serial = serial
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
digests = sha256, sha512, sha3-256
accuracy = secs:1, millisecs:500, microsecs:100
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
clock_precision_digits = 0
";

impl Authority {
    /// A folder for an authority, inside this one.
    pub fn new(folder: &Path) -> Self {
        let folder = folder.join("authority");
        std::fs::create_dir(&folder).unwrap();
        for (name, text) in [
            ("settings", SETTINGS),
            ("index.txt", ""),
            ("serial", "01\n"),
        ] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Runs openssl, which must do what it is told.
    pub fn openssl(&self, arguments: &[&str]) {
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "openssl {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// A new key: `RSA`, `P-256` or `P-384`.
    fn key(&self, name: &str, kind: &str) {
        let file = format!("{name}.key");
        let mut arguments = vec!["genpkey", "-out", &file, "-algorithm"];
        let curve = format!("ec_paramgen_curve:{kind}");
        match kind {
            "RSA" => arguments.extend(["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
            _ => arguments.extend(["EC", "-pkeyopt", &curve]),
        }
        self.openssl(&arguments);
    }

    /// A root, `NAME.pem`, with its key.
    pub fn root(&self, name: &str, kind: &str) {
        self.certificate(name, kind, name, "root", LONG, &["-selfsign"]);
    }

    /// A certificate, `NAME.pem`, with a key of its own, that an issuer of this authority signs.
    pub fn issue(&self, name: &str, kind: &str, issuer: &str, profile: &str) {
        self.issue_for(name, kind, issuer, profile, LONG);
    }

    /// The same, with its dates.
    pub fn issue_for(
        &self,
        name: &str,
        kind: &str,
        issuer: &str,
        profile: &str,
        dates: (&str, &str),
    ) {
        let certificate = format!("{issuer}.pem");
        self.certificate(name, kind, issuer, profile, dates, &["-cert", &certificate]);
    }

    fn certificate(
        &self,
        name: &str,
        kind: &str,
        issuer: &str,
        profile: &str,
        (from, until): (&str, &str),
        more: &[&str],
    ) {
        self.key(name, kind);
        let (key, request, file) = (
            format!("{name}.key"),
            format!("{name}.csr"),
            format!("{name}.pem"),
        );
        // A name in brackets tells files apart, and is not part of what the certificate says.
        let subject = format!("/CN=Test {}", name.split('(').next().unwrap());
        self.openssl(&[
            "req", "-config", "settings", "-new", "-key", &key, "-subj", &subject, "-out", &request,
        ]);
        let issuer_key = format!("{issuer}.key");
        // Certificates of one name have one number, too: they can be told apart by their content alone.
        let serial = format!("{}.serial", name.split('(').next().unwrap());
        let number: u32 = name
            .split('(')
            .next()
            .unwrap()
            .bytes()
            .map(|byte| 7 + u32::from(byte))
            .sum();
        std::fs::write(self.path(&serial), format!("{number:06X}\n")).unwrap();
        let settings = SETTINGS.replace(
            "policy = any\n",
            &format!("policy = any\nserial = {serial}\n"),
        );
        std::fs::write(self.path("ca.settings"), settings).unwrap();
        std::fs::write(self.path("index.txt"), "").unwrap();
        let arguments = [
            &[
                "ca",
                "-config",
                "ca.settings",
                "-batch",
                "-notext",
                "-in",
                &request,
                "-out",
                &file,
                "-keyfile",
                &issuer_key,
                "-extensions",
                profile,
                "-startdate",
                from,
                "-enddate",
                until,
            ][..],
            more,
        ];
        self.openssl(&arguments.concat());
    }

    /// The DER of a certificate.
    pub fn der(&self, name: &str) -> Vec<u8> {
        let (file, der) = (format!("{name}.pem"), format!("{name}.der"));
        self.openssl(&["x509", "-in", &file, "-outform", "DER", "-out", &der]);
        self.read(&der)
    }

    /// Signs a certificate again, with RSASSA-PSS and a salt of this length.
    pub fn sign_with_pss(&self, name: &str, issuer: &str, salt: &str) {
        let (request, file) = (format!("{name}.csr"), format!("{name}.pem"));
        let (key, certificate) = (format!("{issuer}.key"), format!("{issuer}.pem"));
        let salt = format!("rsa_pss_saltlen:{salt}");
        self.openssl(&[
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            &certificate,
            "-CAkey",
            &key,
            "-extfile",
            "settings",
            "-extensions",
            "stamps",
            "-sigopt",
            "rsa_padding_mode:pss",
            "-sigopt",
            &salt,
            "-sha384",
            "-out",
            &file,
        ]);
    }

    /// Puts certificates into one file, for a chain.
    pub fn together(&self, name: &str, certificates: &[&str]) {
        let texts: Vec<Vec<u8>> = certificates
            .iter()
            .map(|one| self.read(&format!("{one}.pem")))
            .collect();
        std::fs::write(self.path(name), texts.concat()).unwrap();
    }

    /// The answer to a request, as a response.
    pub fn answer(&self, request: &Path, signer: &str, more: &[&str]) -> Vec<u8> {
        let (key, certificate) = (format!("{signer}.key"), format!("{signer}.pem"));
        let arguments = [
            &[
                "ts",
                "-reply",
                "-config",
                "settings",
                "-section",
                "tsa",
                "-queryfile",
                request.to_str().unwrap(),
                "-signer",
                &certificate,
                "-inkey",
                &key,
                "-out",
                "answer.tsr",
            ][..],
            more,
        ];
        self.openssl(&arguments.concat());
        self.read("answer.tsr")
    }

    /// A token over a hash. `query` goes to the request, `reply` to the answer.
    pub fn stamp(&self, hash: &str, signer: &str, query: &[&str], reply: &[&str]) -> Vec<u8> {
        let arguments = [
            &["ts", "-query", "-digest", hash, "-out", "stamp.tsq"][..],
            query,
        ];
        self.openssl(&arguments.concat());
        let reply = if reply.is_empty() {
            &["-sha256"]
        } else {
            reply
        };
        let more = [&["-token_out"], reply].concat();
        self.answer(&self.path("stamp.tsq"), signer, &more)
    }

    /// A token over any TSTInfo, by any certificate: what `openssl ts` would not make, `openssl cms` does.
    pub fn sign(&self, info: &[u8], signer: &str) -> Vec<u8> {
        let (key, certificate) = (format!("{signer}.key"), format!("{signer}.pem"));
        std::fs::write(self.path("info.der"), info).unwrap();
        self.openssl(&[
            "cms",
            "-sign",
            "-binary",
            "-nodetach",
            "-nosmimecap",
            "-cades",
            "-md",
            "sha256",
            "-econtent_type",
            "1.2.840.113549.1.9.16.1.4",
            "-in",
            "info.der",
            "-signer",
            &certificate,
            "-inkey",
            &key,
            "-outform",
            "DER",
            "-out",
            "signed.der",
        ]);
        self.read("signed.der")
    }

    /// Whether openssl accepts a token over this hash, or over these data, as of the token's own time.
    pub fn accepts(&self, token: &[u8], over: Over<'_>, root: &str) -> bool {
        std::fs::write(self.path("token.der"), token).unwrap();
        let root = format!("{root}.pem");
        let time = time_of(token).map_or_else(
            || "0".to_owned(),
            |time| time.and_utc().timestamp().to_string(),
        );
        let mut arguments = vec![
            "ts",
            "-verify",
            "-token_in",
            "-in",
            "token.der",
            "-CAfile",
            &root,
            "-attime",
            &time,
            "-partial_chain",
        ];
        match over {
            Over::Hash(hash) => arguments.extend(["-digest", hash]),
            Over::Data(data) => {
                std::fs::write(self.path("data"), data).unwrap();
                arguments.extend(["-data", "data"]);
            }
        }
        let output = Command::new("openssl")
            .args(&arguments)
            .current_dir(&self.folder)
            .output()
            .unwrap();
        output.status.success()
    }
}

/// What a token is to be over.
#[derive(Clone, Copy)]
pub enum Over<'a> {
    Hash(&'a str),
    Data(&'a [u8]),
}

/// What an authority signs (TSTInfo): what it must say, with this time, and what more it says behind that.
pub fn info(hash: &str, time: &str, more: &[u8]) -> Vec<u8> {
    let hash: Vec<u8> = (0..hash.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hash[at..at + 2], 16).unwrap())
        .collect();
    let sha256 = element(0x30, &element(6, &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1]));
    let fields = [
        vec![2, 1, 1],
        element(6, &[0x2a, 3, 4, 1]),
        element(0x30, &[sha256, element(4, &hash)].concat()),
        vec![2, 1, 7],
        element(0x18, time.as_bytes()),
        more.to_vec(),
    ];
    element(0x30, &fields.concat())
}

/// The time of a token: its first GeneralizedTime, without a fraction.
pub fn time_of(token: &[u8]) -> Option<NaiveDateTime> {
    let is_time = |window: &[u8]| matches!(window, [0x18, 15..=26, b'2', b'0', ..]);
    let at = token.windows(4).position(is_time)?;
    let text = std::str::from_utf8(token.get(at + 2..at + 16)?).ok()?;
    NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").ok()
}

/// Gives a token other certificates. Nothing that was signed changes.
pub fn with_certificates(token: &[u8], certificates: &[Vec<u8>]) -> Vec<u8> {
    let [kind, content] = <[_; 2]>::try_from(split(split(token)[0].1)).unwrap();
    let signed_data = split(split(content.1)[0].1);
    let fields: Vec<Vec<u8>> = signed_data
        .into_iter()
        .map(|(raw, _)| match raw[0] {
            0xa0 => element(0xa0, &certificates.concat()),
            _ => raw.to_vec(),
        })
        .collect();
    let signed_data = element(0xa0, &element(0x30, &fields.concat()));
    element(0x30, &[kind.0, &signed_data].concat())
}

/// The certificates of a token.
pub fn certificates_of(token: &[u8]) -> Vec<Vec<u8>> {
    let content = split(split(token)[0].1)[1].1;
    let signed_data = split(split(content)[0].1);
    let certificates = signed_data
        .into_iter()
        .find(|(raw, _)| raw[0] == 0xa0)
        .unwrap();
    split(certificates.1)
        .into_iter()
        .map(|(raw, _)| raw.to_vec())
        .collect()
}

/// The elements in these bytes: each whole, and its value.
fn split(mut bytes: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut elements = Vec::new();
    while !bytes.is_empty() {
        let (head, length) = match bytes[1] {
            short @ 0..=0x7f => (2, usize::from(short)),
            0x81 => (3, usize::from(bytes[2])),
            0x82 => (4, usize::from(u16::from_be_bytes([bytes[2], bytes[3]]))),
            other => panic!("a length of {other:#x}"),
        };
        let (element, rest) = bytes.split_at(head + length);
        elements.push((element, &element[head..]));
        bytes = rest;
    }
    elements
}

/// An element of DER.
pub fn element(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len();
    let head = match length {
        0..=0x7f => vec![tag, length as u8],
        0x80..=0xff => vec![tag, 0x81, length as u8],
        0x100..=0xffff => vec![tag, 0x82, (length >> 8) as u8, length as u8],
        _ => vec![
            tag,
            0x83,
            (length >> 16) as u8,
            (length >> 8) as u8,
            length as u8,
        ],
    };
    [head, value.to_vec()].concat()
}
