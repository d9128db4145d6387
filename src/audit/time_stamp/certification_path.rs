//! The path from the certificate that signed to a pinned root (RFC 5280, section 6).

use std::collections::VecDeque;

use super::certificate::Certificate;
use super::moment::Moment;
use super::token::SoundToken;

/// The most certificates between the one that signed and the root.
const MAX_BETWEEN: usize = 8;

/// The most signatures that are looked at for one token: a bag of certificates that all have one name must not keep
/// anyone busy.
const MAX_SIGNATURES: usize = 48;

/// How a token ends at the pinned roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// A path leads to this root, and all of it held at the token's time.
    At(usize),
    /// A path leads to a root, but not one that held at the token's time.
    OutOfDate,
    /// No path leads to any.
    Nowhere,
}

/// Looks for a path from the signer of a token to one of these roots.
pub(super) fn find(token: &SoundToken<'_>, roots: &[Certificate<'_>]) -> Ending {
    let mut search = Search {
        token,
        roots,
        signatures_left: MAX_SIGNATURES,
    };
    let moment = token.info.moment;
    if let Some(root) = search.root(Some(moment)) {
        return Ending::At(root);
    }
    match search.root(None) {
        Some(_) => Ending::OutOfDate,
        None => Ending::Nowhere,
    }
}

struct Search<'search, 'a> {
    token: &'search SoundToken<'a>,
    roots: &'search [Certificate<'search>],
    signatures_left: usize,
}

/// A certificate that a path has come to.
struct Step<'search, 'a> {
    certificate: &'search Certificate<'a>,
    /// The step before it, by its place.
    before: Option<usize>,
    /// How many certificates stand between it and the one that signed, itself included.
    between: usize,
    /// Of these, how many count in the length of a path: not those that an authority issued to itself.
    counted: usize,
}

impl<'search, 'a> Search<'search, 'a> {
    /// The root at the end of the shortest path, breadth first: of all ways to a certificate the shortest leaves the most
    /// room above it, so that each is looked at once.
    fn root(&mut self, moment: Option<Moment>) -> Option<usize> {
        let signer = self.token.signer();
        if moment.is_some_and(|moment| !signer.holds_at(moment)) {
            return None;
        }
        let mut steps = vec![Step {
            certificate: signer,
            before: None,
            between: 0,
            counted: 0,
        }];
        let mut open = VecDeque::from([0]);
        while let Some(place) = open.pop_front() {
            let Step {
                certificate,
                between,
                counted,
                ..
            } = steps[place];
            for (number, root) in self.roots.iter().enumerate() {
                let fits = certificate.issuer == root.subject && root.may_certify(counted);
                if fits
                    && self.is_signed(certificate, root)
                    && self.has_the_others(&steps, place, root)
                {
                    return Some(number);
                }
            }
            if between == MAX_BETWEEN {
                continue;
            }
            for next in &self.token.certificates {
                let is_known = steps.iter().any(|step| step.certificate.raw == next.raw);
                let fits = certificate.issuer == next.subject
                    && next.may_certify(counted)
                    && moment.is_none_or(|moment| next.holds_at(moment));
                if !is_known
                    && fits
                    && self.may_stand_between(next)
                    && self.is_signed(certificate, next)
                {
                    open.push_back(steps.len());
                    steps.push(Step {
                        certificate: next,
                        before: Some(place),
                        between: between + 1,
                        counted: counted + usize::from(!next.is_self_issued()),
                    });
                }
            }
        }
        None
    }

    fn is_signed(&mut self, certificate: &Certificate<'_>, by: &Certificate<'_>) -> bool {
        if self.signatures_left == 0 || !certificate.is_meant_for(by) {
            return false;
        }
        self.signatures_left -= 1;
        certificate.is_signed_by(by.key)
    }

    /// Where the signer named other certificates beside its own, no others may stand above it (RFC 5035, section 5).
    fn may_stand_between(&self, certificate: &Certificate<'_>) -> bool {
        let others = self.token.others();
        others.is_empty() || others.iter().any(|other| other.is_of(certificate))
    }

    /// Each other certificate that the signer named is one of the path.
    fn has_the_others(&self, steps: &[Step<'_, '_>], last: usize, root: &Certificate<'_>) -> bool {
        let path = |place: &usize| steps[*place].before;
        self.token.others().iter().all(|other| {
            let mut places = std::iter::successors(Some(last), path);
            other.is_of(root) || places.any(|place| other.is_of(steps[place].certificate))
        })
    }
}
