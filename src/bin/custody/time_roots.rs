//! Whose time stamps the reader believes.

use std::path::PathBuf;

use custody::audit::time_stamp::TimeRoot;
use custody::audit::trust::Trust;
use custody::evidence::given_file::read_given;
use custody::evidence::shown;

use crate::fault::{fault, fault_with};

/// Pins the root certificates in these files.
pub fn pin(trust: &mut Trust, files: &[PathBuf]) -> anyhow::Result<()> {
    for path in files {
        let bytes = read_given(path)
            .map_err(|error| fault(format!("--tsa-root {}: {error}", shown(path))))?;
        let roots = TimeRoot::read_pem(&String::from_utf8_lossy(&bytes)).map_err(|error| {
            fault_with(
                format!("--tsa-root {}: {error}", shown(path)),
                "it takes the root certificate of a time stamp authority in PEM, which begins with -----BEGIN CERTIFICATE-----",
            )
        })?;
        roots.into_iter().for_each(|root| trust.pin_time_root(root));
    }
    Ok(())
}
