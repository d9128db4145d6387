use super::*;
use std::os::unix::net::UnixListener;
use std::thread;

use crate::evidence::key_file::SecretKey;

fn key() -> SecretKey {
    SecretKey::from_seed(&[5; 32])
}

fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    [&length, bytes].concat()
}

fn blob(kind: &str, key: &[u8]) -> Vec<u8> {
    [string(kind.as_bytes()), string(key)].concat()
}

/// The answer to a request for the list: these keys, as kind and key.
fn list(keys: &[Vec<u8>]) -> Vec<u8> {
    let count = u32::try_from(keys.len()).unwrap().to_be_bytes();
    let keys = keys
        .iter()
        .flat_map(|key| [string(key), string(b"a\x1b[31m")].concat());
    string(&[&[12], &count[..], &keys.collect::<Vec<u8>>()].concat())
}

fn own_list() -> Vec<u8> {
    list(&[blob("ssh-ed25519", &key().public_key().to_bytes())])
}

fn signature(kind: &str, bytes: &[u8]) -> Vec<u8> {
    string(&[&[14], &string(&blob(kind, bytes))[..]].concat())
}

/// An agent that gives these answers, one a connection, and then hangs up.
fn agent(answers: Vec<Vec<u8>>) -> (tempfile::TempDir, Agent) {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("agent");
    let listener = UnixListener::bind(&socket).unwrap();
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 5];
            let _ = stream.read_exact(&mut request);
            let _ = stream.write_all(&answer);
            // An answer that says that there is more, and does not come.
            let says_more = answer.len() >= 4
                && u32::from_be_bytes(answer[..4].try_into().unwrap()) as usize + 4 > answer.len();
            if says_more || answer.is_empty() {
                thread::sleep(Duration::from_millis(600));
            }
        }
    });
    let mut agent = Agent::at(socket);
    (agent.list, agent.sign) = (Duration::from_millis(300), Duration::from_millis(300));
    (folder, agent)
}

#[test]
fn what_an_agent_holds_is_read() {
    let own = key().public_key();
    let point = own.to_bytes();
    let (_folder, agent) = agent(vec![list(&[
        blob("ssh-rsa", b"x"),
        blob("ssh-ed25519", &point),
        blob("ssh-ed25519", &point[..31]),
        [blob("ssh-ed25519", &point), vec![0]].concat(),
        blob("sk-ssh-ed25519@openssh.com", &point),
        b"\x00\x00\xff\xff".to_vec(),
    ])]);
    let keys = agent.keys().unwrap();
    let plain: Vec<bool> = keys.iter().map(|key| key.key == Some(own)).collect();
    assert_eq!(plain, [false, true, false, false, false, false]);
    let fido: Vec<bool> = keys.iter().map(Held::is_fido).collect();
    assert_eq!(fido, [false, false, false, false, true, false]);
    assert_eq!(keys[1].comment, "a\u{1b}[31m");
    assert_eq!(keys[1].fingerprint.len(), "SHA256:".len() + 43);
    assert_eq!(keys[5].kind, "unknown");
}

#[test]
fn a_signature_is_verified_before_it_is_used() {
    let good = key().sign(b"text").unwrap();
    let mut other = good;
    other[40] ^= 1;
    let signs = |answer: Vec<u8>| {
        let (_folder, agent) = agent(vec![own_list(), answer, own_list()]);
        let signer = agent.key(key().public_key()).unwrap();
        signer.signature(b"text")
    };
    assert_eq!(signs(signature("ssh-ed25519", &good)).unwrap(), good);
    let wrong = [
        signs(signature("ssh-ed25519", &other)),
        signs(signature("ssh-ed25519", &[0; 64])),
    ];
    for wrong in wrong {
        assert!(
            matches!(wrong, Err(AgentError::WrongSignature(_))),
            "{wrong:?}"
        );
    }
    let no_answers = [
        signature("ssh-rsa", &good),
        signature("ssh-ed25519", &good[..63]),
        signature("ssh-ed25519", &[&good[..], &[0]].concat()),
        [string(&[14]), vec![0]].concat(),
        string(&[14, 0xff, 0xff, 0xff, 0xff]),
        string(&[]),
        string(&[6]),
        own_list(),
        b"\xff\xff\xff\xff".to_vec(),
        b"\x00\x04\x00\x01".to_vec(),
    ];
    for answer in no_answers {
        let error = signs(answer.clone()).unwrap_err();
        assert!(
            matches!(error, AgentError::NoAnswer(_)),
            "{answer:?}: {error}"
        );
    }
    assert!(matches!(signs(string(&[5])), Err(AgentError::Refused(_))));
}

#[test]
fn nothing_is_waited_for_without_end() {
    for (answers, says) in [
        (vec![], "closed the connection"),
        (vec![vec![]], "no answer within"),
        (vec![b"\x00\x00\x00\x09\x0c".to_vec()], "no answer within"),
        (vec![string(b"\x0c\xff\xff\xff\xff")], "is no answer"),
    ] {
        let (_folder, agent) = agent(answers.clone());
        let started = Instant::now();
        let error = agent.keys().unwrap_err();
        // The thread that never accepts has ended, and with it its socket.
        let is_gone = answers.is_empty() && matches!(error, AgentError::Unreachable(..));
        assert!(is_gone || error.to_string().contains(says), "{error}");
        assert!(started.elapsed() < Duration::from_secs(5));
        assert!(error.hint().is_some());
    }
    let error = Agent::at("/nowhere/agent").keys().unwrap_err();
    assert!(matches!(error, AgentError::Unreachable(..)), "{error}");
}

#[test]
fn a_key_that_went_away_is_told_from_a_refusal() {
    let (_folder, agent) = agent(vec![own_list(), string(&[5]), list(&[])]);
    let signer = agent.key(key().public_key()).unwrap();
    let error = signer.signature(b"text").unwrap_err();
    assert!(
        matches!(
            error,
            AgentError::NotHeld {
                holds_none: true,
                ..
            }
        ),
        "{error}"
    );
    let long = signer.signature(&vec![0; MAX_MESSAGE]).unwrap_err();
    assert!(matches!(long, AgentError::TooLong(_)), "{long}");
}
