//! Shops at work at several servers at once.

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::crash::client::{Client, Promise};
use crate::crash::{Life, Refuses, Setup};
use crate::support::call::Caller;
use crate::support::dice::Dice;
use crate::support::program::ServerProcess;

/// How many shops order at each server.
const AT_EACH: usize = 2;

/// Shops at work.
pub(crate) struct Shops {
    at_work: JoinSet<Vec<Promise>>,
    stop: watch::Sender<bool>,
    /// Where each of them is told which server to ask.
    told: Vec<watch::Sender<Life>>,
}

impl Shops {
    pub(crate) fn open(setup: &Setup, servers: &[&ServerProcess], dice: &mut Dice) -> Shops {
        let (stop, stopped) = watch::channel(false);
        let (mut at_work, mut told) = (JoinSet::new(), Vec::new());
        for number in 0..AT_EACH * servers.len() {
            let server = servers[number % servers.len()];
            let life = Life { number: 0, base_url: server.base_url.clone(), refuses: Refuses::NowAndThen };
            let (sender, lives) = watch::channel(life);
            let caller = Caller::new(&server.base_url, Some(&setup.key));
            let client = Client::new(number, setup, caller, lives, dice.split());
            at_work.spawn(client.run(stopped.clone()));
            told.push(sender);
        }
        Shops { at_work, stop, told }
    }

    /// Has those that ask one server ask another from now on.
    pub(crate) fn send_over(&self, from: &str, to: &ServerProcess) {
        for told in &self.told {
            told.send_if_modified(|life| {
                let asks = life.base_url == from;
                if asks {
                    life.number += 1;
                    life.base_url.clone_from(&to.base_url);
                }
                asks
            });
        }
    }

    /// Returns when so many things were asked for or done.
    pub(crate) async fn work(&mut self, setup: &Setup, steps: u64) {
        tokio::select! {
            () = setup.gateway.steps(steps) => {}
            ended = self.at_work.join_next() => panic!("a client gave up: {ended:?}"),
        }
    }

    pub(crate) async fn close(self) -> Vec<Promise> {
        self.stop.send_replace(true);
        self.at_work.join_all().await.into_iter().flatten().collect()
    }
}
