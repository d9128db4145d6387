//! Keys in an ssh-agent: what it holds, and signatures by one of its keys.
//!
//! The agent is another program, and may be anything. What it says is read up to a limit and for a limited time, and a
//! signature of it is used only after it was verified.

use std::error::Error;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub use super::ssh_agent_error::AgentError;
pub use super::ssh_message::Held;

use super::ssh_message::{Answer, MAX_MESSAGE, answer, list_request, sign_request};
use crate::record::key::{PublicKey, Signer};

/// How long an agent may take for its list. Some ask their owner first.
const LIST: Duration = Duration::from_secs(30);
/// How long it may take to sign: a token may have to be found and touched.
const SIGN: Duration = Duration::from_secs(120);

/// An agent, by the socket it listens at. Each request is a connection of its own, so that hours may lie between two.
#[derive(Clone, Debug)]
pub struct Agent {
    socket: PathBuf,
    list: Duration,
    sign: Duration,
}

impl Agent {
    /// The agent at this socket, which is not asked yet.
    pub fn at(socket: impl Into<PathBuf>) -> Self {
        Self {
            socket: socket.into(),
            list: LIST,
            sign: SIGN,
        }
    }

    /// The socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// All keys it holds, of every kind. A locked agent holds none.
    ///
    /// # Errors
    /// Where it is not there, or answers with something else.
    pub fn keys(&self) -> Result<Vec<Held>, AgentError> {
        match self.ask(&list_request(), self.list)? {
            Answer::Keys(keys) => Ok(keys),
            _ => Err(AgentError::NoAnswer(self.socket.clone())),
        }
    }

    /// A key that it holds now. Whether it will sign is seen when it does.
    ///
    /// # Errors
    /// Where it does not hold the key, or is not there.
    pub fn key(&self, key: PublicKey) -> Result<AgentKey, AgentError> {
        let held = self.keys()?;
        if held.iter().any(|held| held.key == Some(key)) {
            return Ok(AgentKey {
                agent: self.clone(),
                key,
            });
        }
        Err(AgentError::NotHeld {
            key: key.id(),
            holds_none: held.is_empty(),
        })
    }

    fn ask(&self, request: &[u8], patience: Duration) -> Result<Answer, AgentError> {
        let message = self.exchange(request, patience).map_err(|error| {
            let socket = self.socket.clone();
            match error.kind() {
                // What a time limit on a socket gives.
                ErrorKind::WouldBlock | ErrorKind::TimedOut => AgentError::Silent(socket, patience),
                ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => {
                    AgentError::HungUp(socket)
                }
                ErrorKind::InvalidData => AgentError::NoAnswer(socket),
                _ => AgentError::Unreachable(socket, error),
            }
        })?;
        answer(&message).ok_or_else(|| AgentError::NoAnswer(self.socket.clone()))
    }

    fn exchange(&self, request: &[u8], patience: Duration) -> io::Result<Vec<u8>> {
        let mut stream = UnixStream::connect(&self.socket)?;
        let end = Instant::now() + patience;
        stream.set_write_timeout(Some(patience))?;
        stream.write_all(request)?;
        let mut length = [0; 4];
        fill(&mut stream, &mut length, end)?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > MAX_MESSAGE {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut message = vec![0; length];
        fill(&mut stream, &mut message, end)?;
        Ok(message)
    }
}

/// Reads all of it until that moment. One byte now and then does not make an answer last for ever.
fn fill(stream: &mut UnixStream, bytes: &mut [u8], end: Instant) -> io::Result<()> {
    let mut read = 0;
    while read < bytes.len() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut bytes[read..]) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(more) => read += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// An Ed25519 key in an agent.
#[derive(Clone, Debug)]
pub struct AgentKey {
    agent: Agent,
    key: PublicKey,
}

impl AgentKey {
    fn signature(&self, message: &[u8]) -> Result<[u8; 64], AgentError> {
        let request = sign_request(&self.key.to_bytes(), message)
            .ok_or(AgentError::TooLong(message.len()))?;
        match self.agent.ask(&request, self.agent.sign)? {
            Answer::Signature(signature) if self.key.has_signed(message, &signature) => {
                Ok(signature)
            }
            Answer::Signature(_) => Err(AgentError::WrongSignature(self.key.id())),
            // Why it refuses an agent does not say; that it no longer has the key can be found out.
            Answer::No => Err(self
                .agent
                .key(self.key)
                .err()
                .unwrap_or(AgentError::Refused(self.key.id()))),
            Answer::Keys(_) => Err(AgentError::NoAnswer(self.agent.socket.clone())),
        }
    }
}

impl Signer for AgentKey {
    fn public_key(&self) -> PublicKey {
        self.key
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], Box<dyn Error + Send + Sync>> {
        Ok(self.signature(message)?)
    }
}

#[cfg(test)]
mod tests;
