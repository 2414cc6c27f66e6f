//! Passwords: hashed with Argon2id and compared with as much work for a customer who is not there as
//! for one who is. A hash takes 19 MiB and some hundredths of a second, so few run at once, a bounded
//! number waits, and the memory is bounded by construction.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::limiter::TooMany;
use crate::random;
use crate::store::Fault;

use super::refused::NotLetIn;

/// 19 MiB of memory, two passes, one lane: what OWASP asks for at the least.
const COST: Params = match Params::new(19 * 1024, 2, 1, Some(HASH_BYTES)) {
    Ok(params) => params,
    Err(_) => panic!("argon2 takes that cost"),
};

/// The most passes that a stored hash may ask for; its memory and lanes may be ours at the most.
const MOST_PASSES: u32 = 8;

const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// How many hashes may be made at once, where there are as many processors.
const MOST_AT_ONCE: usize = 2;

/// How many may wait for their turn.
const MOST_WAITING: usize = 64;

/// When it is worth asking again when too many wait.
const BUSY: TooMany = TooMany { retry_after_ms: 2_000 };

/// The least number of characters of a customer's password.
const SHORTEST: usize = 6;

/// The same of an operator's: much more can be done with that.
const SHORTEST_OF_OPERATORS: usize = 10;

/// The greatest length of a password in bytes.
const LONGEST_BYTES: usize = 200;

/// A password as somebody typed it; wiped from memory after use.
pub(crate) struct Password(Zeroizing<String>);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Password(Zeroizing::new(text))
    }
}

/// Why a password may not be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A password has at least {least} characters and at most {LONGEST_BYTES} bytes")]
pub(crate) struct BadPassword {
    /// The least number of characters.
    least: usize,
}

impl Password {
    /// Whether a customer may choose it.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub(crate) fn check(&self) -> Result<(), BadPassword> {
        self.has_at_least(SHORTEST)
    }

    /// Whether an operator may choose it.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub(crate) fn check_of_operator(&self) -> Result<(), BadPassword> {
        self.has_at_least(SHORTEST_OF_OPERATORS)
    }

    fn has_at_least(&self, least: usize) -> Result<(), BadPassword> {
        let fits = self.0.chars().count() >= least && self.0.len() <= LONGEST_BYTES;
        if fits { Ok(()) } else { Err(BadPassword { least }) }
    }

    /// Whether the two are the same.
    pub(crate) fn is(&self, other: &Password) -> bool {
        random::same(&self.0, &other.0)
    }
}

/// A hash with all that it takes to make it again.
struct Hash {
    cost: Params,
    salt: Salt,
    output: Output,
}

impl Hash {
    /// Reads `$argon2id$v=19$m=…,t=…,p=…$salt$hash` within bounds.
    fn read(phc: &str) -> Option<Self> {
        let stored = PasswordHash::new(phc).ok()?;
        let cost = Params::try_from(&stored).ok()?;
        let is_argon2id = stored.algorithm == Algorithm::Argon2id.ident();
        let is_current = stored.version == Some(Version::V0x13.into());
        let bounded = cost.m_cost() <= COST.m_cost()
            && cost.t_cost() <= MOST_PASSES
            && cost.p_cost() == COST.p_cost()
            && cost.output_len() == COST.output_len()
            && cost.keyid().is_empty()
            && cost.data().is_empty();
        (is_argon2id && is_current && bounded).then_some(())?;
        Some(Hash { cost, salt: stored.salt?, output: stored.hash? })
    }

    /// One that no password has, at the cost of today.
    fn of_nobody() -> Result<Self, Fault> {
        let salt = Salt::new(&random::bytes::<SALT_BYTES>()).map_err(unhashed)?;
        let output = Output::new(&random::bytes::<HASH_BYTES>()).map_err(unhashed)?;
        Ok(Hash { cost: COST, salt, output })
    }

    /// That of this password with this salt.
    fn make(password: &Password, cost: Params, salt: Salt, blocks: &mut [Block]) -> Result<Self, Fault> {
        let mut out = Zeroizing::new([0; HASH_BYTES]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.clone())
            .hash_password_into_with_memory(password.0.as_bytes(), &salt, &mut out[..], blocks)
            .map_err(unhashed)?;
        let output = Output::new(&out[..]).map_err(unhashed)?;
        Ok(Hash { cost, salt, output })
    }

    fn write(self) -> Result<String, Fault> {
        let phc = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&self.cost).map_err(unhashed)?,
            salt: Some(self.salt),
            hash: Some(self.output),
        };
        Ok(phc.to_string())
    }
}

fn unhashed(error: impl std::fmt::Display) -> Fault {
    Fault::new(format!("a password could not be hashed: {error}"))
}

/// Where passwords are hashed: so many at once, so many waiting, and no more.
pub(crate) struct Passwords {
    /// One for each that runs or waits.
    permits: Arc<Semaphore>,
    /// One for each that runs.
    lanes: Semaphore,
    most_at_once: usize,
    /// Memory for the next one, kept only while somebody waits for it.
    spare: Arc<Mutex<Vec<Vec<Block>>>>,
}

impl Passwords {
    pub(super) fn new() -> Self {
        let most_at_once = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_AT_ONCE);
        Passwords {
            permits: Arc::new(Semaphore::new(most_at_once + MOST_WAITING)),
            lanes: Semaphore::new(most_at_once),
            most_at_once,
            spare: Arc::default(),
        }
    }

    /// The hash of a new password in PHC form.
    ///
    /// # Errors
    /// Too many wait.
    pub(crate) async fn hash(&self, password: Password) -> Result<String, NotLetIn> {
        let salt = Salt::new(&random::bytes::<SALT_BYTES>()).map_err(unhashed)?;
        self.run(move |blocks| Hash::make(&password, COST, salt, blocks)?.write()).await
    }

    /// Whether that is the password of that hash. Without a hash, or with one that cannot be read, as
    /// much is done and the answer is no.
    ///
    /// # Errors
    /// Too many wait.
    pub(crate) async fn verify(&self, password: Password, phc: Option<&str>) -> Result<bool, NotLetIn> {
        let stored = phc.and_then(Hash::read);
        let is_somebodys = stored.is_some();
        let stored = stored.map_or_else(Hash::of_nobody, Ok)?;
        let same = self.run(move |blocks| {
            // Outputs compare in constant time.
            Ok(Hash::make(&password, stored.cost, stored.salt, blocks)?.output == stored.output)
        });
        Ok(same.await? & is_somebodys)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut [Block]) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, NotLetIn> {
        let permit = self.permits.clone().try_acquire_owned().map_err(|_| BUSY)?;
        let lane = self.lanes.acquire().await.map_err(|_| BUSY)?;
        let (spare, permits) = (self.spare.clone(), self.permits.clone());
        let most = self.most_at_once + MOST_WAITING;
        let most_at_once = self.most_at_once;
        let worked = tokio::task::spawn_blocking(move || {
            let kept = spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut blocks = kept.unwrap_or_else(|| vec![Block::new(); COST.block_count()]);
            let outcome = work(&mut blocks);
            let busy = most - permits.available_permits();
            let mut spare = spare.lock().unwrap_or_else(PoisonError::into_inner);
            if busy > most_at_once {
                spare.push(blocks);
            } else {
                spare.clear();
            }
            drop(permit);
            outcome
        });
        let worked = worked.await;
        drop(lane);
        Ok(worked
            .map_err(|error| Fault::new(format!("the hashing of a password was broken off: {error}")))??)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::from(text.to_owned())
    }

    #[tokio::test]
    async fn only_the_right_password_is_right() {
        let passwords = Passwords::new();
        let phc = passwords.hash(password("123456")).await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(!phc.contains("123456"));
        assert_ne!(passwords.hash(password("123456")).await.unwrap(), phc, "salted");
        for (text, stored, expected) in [
            ("123456", Some(phc.as_str()), true),
            ("1234567", Some(&phc), false),
            ("", Some(&phc), false),
            ("123456", None, false),
            ("123456", Some(""), false),
            ("123456", Some(&phc.replace("m=19456", "m=4194304")), false),
            ("123456", Some(&phc.replace("t=2", "t=3")), false),
            ("123456", Some(&phc.replace("t=2", "t=0")), false),
            ("123456", Some(&phc.replace("p=1", "p=0")), false),
            ("123456", Some(&phc.replace("argon2id", "argon2i")), false),
            ("123456", Some(&phc.replace("v=19", "v=16")), false),
            ("123456", Some(&phc.replace("p=1", "p=1,data=c2FsdHNhbHQ")), false),
            ("123456", Some(&phc.replace("p=1", "p=1,x=1")), false),
            ("123456", Some(&format!("{phc}$")), false),
            ("123456", Some(&phc[..phc.len() - 3]), false),
            ("123456", Some("$argon2id$v=19$m=256,t=2,p=1$c2FsdA$c2FsdA"), false),
        ] {
            let right = passwords.verify(password(text), stored).await.unwrap();
            assert_eq!(right, expected, "{text} {stored:?}");
        }
        assert_eq!(passwords.spare.lock().unwrap().len(), 0, "memory is given back");
    }

    /// Made with the reference implementation: `echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1`.
    #[tokio::test]
    async fn hashes_of_others_are_read() {
        let phc = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        let passwords = Passwords::new();
        assert!(passwords.verify(password("password"), Some(phc)).await.unwrap());
        assert!(!passwords.verify(password("Password"), Some(phc)).await.unwrap());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_crowd_is_turned_away_and_what_waits_shares_the_memory() {
        let passwords = Arc::new(Passwords::new());
        let crowd: Vec<_> = (0..3 * MOST_WAITING)
            .map(|_| {
                let passwords = passwords.clone();
                tokio::spawn(async move { passwords.verify(password("123456"), None).await })
            })
            .collect();
        let (mut worked, mut busy) = (0, 0);
        for one in crowd {
            match one.await.unwrap() {
                Ok(right) => {
                    assert!(!right);
                    worked += 1;
                }
                Err(NotLetIn::TooMany(_)) => busy += 1,
                Err(other @ (NotLetIn::Commit(_) | NotLetIn::Quiet(_))) => panic!("{other}"),
            }
            assert!(passwords.spare.lock().unwrap().len() <= passwords.most_at_once);
        }
        assert!(worked >= MOST_WAITING, "{worked} were worked");
        assert!(busy > 0, "{busy} were turned away");
        assert_eq!(passwords.spare.lock().unwrap().len(), 0, "memory is given back");
    }

    #[test]
    fn which_passwords_may_be_chosen() {
        for (text, fine) in [
            ("123456", true),
            ("سرّي١٢", true),
            (" spaces ", true),
            ("12345", false),
            ("", false),
            (&"x".repeat(200), true),
            (&"x".repeat(201), false),
        ] {
            assert_eq!(password(text).check().is_ok(), fine, "{text}");
        }
        assert_eq!(format!("{:?}", password("canary")), "Password(…)");
    }
}
