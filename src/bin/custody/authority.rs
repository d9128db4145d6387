//! A time stamp authority on the network (RFC 3161, section 3.4). Nothing else in this program opens a connection.

use std::time::Duration;

use custody::evidence::given_file::MAX_GIVEN;
use custody::report::layout::{safe, short};
use ureq::Agent;

use crate::fault::{fault, fault_with};

/// How long an authority may take, from the first byte to the last.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sends a request, and gives back what came: it is checked like any file. Redirections are not followed.
pub fn ask(url: &str, request: &[u8]) -> anyhow::Result<Vec<u8>> {
    let shown = short(url, 200);
    if !(url.starts_with("http://") || url.starts_with("https://")) {
        return Err(fault_with(
            format!("--tsa {shown}: it is no address of the web"),
            "it begins with http:// or https://",
        ));
    }
    let failed = |error: &ureq::Error| {
        fault_with(
            format!(
                "asking {shown}: {}",
                safe(&error.to_string().to_lowercase())
            ),
            "--request FILE writes a request that can be sent in another way; nothing was attached",
        )
    };
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .max_redirects_will_error(true)
        .http_status_as_error(false)
        .user_agent(concat!("custody/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let mut response = agent
        .post(url)
        .header("Content-Type", "application/timestamp-query")
        .header("Accept", "application/timestamp-reply")
        .send(request)
        .map_err(|error| failed(&error))?;
    if response.status().as_u16() != 200 {
        return Err(fault(format!(
            "asking {shown}: it answered with the code {}",
            response.status().as_u16()
        )));
    }
    response
        .body_mut()
        .with_config()
        .limit(MAX_GIVEN)
        .read_to_vec()
        .map_err(|error| failed(&error))
}
