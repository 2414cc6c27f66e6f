//! What a command line keeps to: a closed pipe ends a command quietly, exit statuses say what happened, completions and pages of
//! the manual are there, addresses are read as people write them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use guichet_core::Environment;

use crate::support::call::text;
use crate::support::program::{guichet, run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{NOWHERE, ShopFile, two_shops};
use crate::support::test_server::{TestServer, order, plain_order};

/// Standard output that nobody reads any more.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

/// The command ends as it would have, without a word, though nobody reads.
#[track_caller]
fn ends_quietly(directory: &Path, arguments: &[&str]) {
    let read = run(directory, arguments);
    assert!(
        !read.stdout.is_empty(),
        "{arguments:?} prints nothing: {}",
        String::from_utf8_lossy(&read.stderr)
    );
    let unread = guichet(directory).args(arguments).stdout(closed()).output().expect("it runs");
    let said = String::from_utf8_lossy(&unread.stderr);
    assert_eq!(unread.status.code(), read.status.code(), "{arguments:?}: {said}");
    assert_eq!(said, String::from_utf8_lossy(&read.stderr), "{arguments:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_pipe_ends_every_command_quietly() {
    let server = TestServer::start("conventions-pipe").await;
    let shop = server.shop().await;
    let paid = text(&server.paid_order(&shop, "paid").await, "/id");
    let waiting = text(&shop.order(&plain_order("waiting")).await, "/id");
    let directory = server.directory();
    ShopFile::from(two_shops(&server.sandbox_url)).write_to(directory);
    for command in [
        &["--help"][..],
        &["--version"],
        &["order", "list"],
        &["order", "list", "--json"],
        &["order", "show", &paid],
        &["order", "show", &paid, "--json"],
        &["order", "check", &paid],
        &["order", "explain", &paid],
        &["order", "explain", &paid, "--json"],
        &["key", "list"],
        &["key", "list", "--json"],
        &["gateway", "list"],
        &["gateway", "list", "--json"],
        &["doctor"],
        &["doctor", "--json"],
        &["migrate"],
        &["config", "show"],
        &["config", "show", "--json"],
        &["completions", "bash"],
        &["man"],
    ] {
        ends_quietly(directory, command);
    }
    // These do what can be done once.
    for command in [
        &["order", "cancel", &waiting][..],
        &["key", "create", "--merchant", "alger", "--json"],
        &["backup", "copy.db"],
        &["events", "tail", "--since", "600"],
    ] {
        let unread = guichet(directory).args(command).stdout(closed()).output().expect("it runs");
        let said = String::from_utf8_lossy(&unread.stderr);
        assert!(unread.status.success() && said.is_empty(), "{command:?}: {} {said}", unread.status);
    }
    assert!(directory.join("copy.db").exists(), "what was asked for was done");
    assert_eq!(shop.get(&format!("/v1/orders/{waiting}")).await.expect(200).json()["status"], "cancelled");
}

#[test]
fn standard_error_may_be_closed_too() {
    let directory = scratch("conventions-error");
    for command in [&["order", "list"][..], &["config", "check", "nowhere.toml"], &["demo", "--listen", "x"]]
    {
        let expected = run(&directory, command).status.code();
        let unread = guichet(&directory).args(command).stderr(closed()).output().expect("it runs");
        assert_eq!(unread.status.code(), expected, "{command:?}");
    }
}

#[test]
fn an_output_that_cannot_be_written_is_no_success() {
    let directory = scratch("conventions-full");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("it is there on Linux");
    let output = guichet(&directory).args(["gateway", "list"]).stdout(full).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("standard output could not be written"), "{said}");
}

/// A program that listens, ended when dropped.
struct Listening {
    child: Child,
    address: SocketAddr,
}

impl Listening {
    /// Starts it with nobody reading what it says, and returns once it listens.
    fn unread(directory: &Path, arguments: &[&str]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
        let mut command = guichet(directory);
        command
            .args(arguments)
            .arg("--listen")
            .arg(address.to_string())
            .stdout(closed())
            .stderr(Stdio::null());
        let mut program = Listening { child: command.spawn().expect("it starts"), address };
        while TcpStream::connect(address).is_err() {
            let ended = program.child.try_wait().expect("its status");
            assert!(ended.is_none(), "{arguments:?} ended: {ended:?}");
            std::thread::yield_now();
        }
        program
    }

    /// Asks it for anything at all: it answers.
    fn answers(&self) {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_serves_goes_on_when_nobody_reads_its_log() {
    let directory = scratch("conventions-log");
    for command in [&["serve", "--log-requests"][..], &["sandbox"], &["webhook", "listen"]] {
        let program = Listening::unread(&directory, command);
        program.answers();
        program.answers();
    }
    let mut server = Listening::unread(&directory, &["serve"]);
    let sent = Command::new("kill").args(["-TERM", &server.child.id().to_string()]).status().expect("kill");
    assert!(sent.success() && server.child.wait().expect("its status").success(), "it did not end well");
}

/// The status of a command, and a part of what it says.
#[track_caller]
fn check(directory: &Path, arguments: &[&str], status: i32, part: &str) {
    let output = run(directory, arguments);
    let said = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
    assert!(said.contains(part) && !said.contains("panicked"), "{arguments:?}: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_status_says_what_happened() {
    let server = TestServer::start("conventions-status").await;
    let shop = server.shop().await;
    let paid = text(&server.paid_order(&shop, "paid").await, "/id");
    let directory = server.directory();
    let nobodys = "ord_01kaqwm3v0e9r8t7y6v5w4x3z1";
    let in_use = TcpListener::bind("127.0.0.1:0").expect("a port");
    let in_use = in_use.local_addr().expect("an address").to_string();
    std::fs::write(
        directory.join("not-a.db"),
        "nothing but text, and more of it than a header has: ".repeat(90),
    )
    .expect("a file");
    std::fs::write(directory.join("wrong.toml"), "listen = 5\n").expect("a file");
    for (arguments, status, part) in [
        (&["order", "list"][..], 0, "ORDER"),
        (&["order", "explain", &paid], 0, "The journal is whole"),
        (&["config", "check", "wrong.toml"], 1, "wrong.toml:1: listen"),
        (&["order"], 2, "Usage"),
        (&["order", "list", "--colour"], 2, "--colour"),
        (&["order", "show", "nonsense"], 3, "nonsense"),
        (&["key", "revoke", "nonsense"], 2, "nonsense"),
        (&["webhook", "resend", "nonsense"], 2, "nonsense"),
        (&["order", "list", "--config", "wrong.toml"], 2, "wrong.toml:1: listen"),
        (&["serve", "--listen", "8080"], 2, "the port is missing"),
        (&["order", "show", nobodys], 3, "there is no order"),
        (&["order", "check", nobodys], 3, "there is no order"),
        (&["webhook", "resend", "dlv_01kaqwm3v0e9r8t7y6v5w4x3z6"], 3, "there is no delivery"),
        (&["key", "revoke", "key_01kaqwm3v0e9r8t7y6v5w4x3z2"], 3, "there is no key"),
        (&["key", "create", "--merchant", "nobody"], 3, "there is no merchant"),
        (&["apply", "nowhere.toml"], 3, "nowhere.toml"),
        (&["restore", "nowhere.db"], 3, "nowhere.db"),
        (&["config", "check", "nowhere.toml"], 3, "nowhere.toml"),
        (&["order", "list", "--config", "nowhere.toml"], 3, "nowhere.toml"),
        (&["order", "cancel", &paid], 4, "paid"),
        (&["backup", "not-a.db"], 4, "not-a.db"),
        (&["order", "list", "--database", "sqlite:nowhere.db"], 5, "nowhere.db"),
        (&["serve", "--listen", &in_use, "--database", "sqlite:x.db"], 5, "cannot listen"),
        (&["webhook", "listen", "--listen", &in_use], 5, "cannot listen"),
        (&["order", "list", "--database", "sqlite:not-a.db"], 6, "not-a.db"),
        (&["doctor", "--database", "sqlite:not-a.db"], 6, "WRONG"),
        (&["restore", "not-a.db", "--database", "sqlite:other.db"], 6, "not a database of Guichet"),
    ] {
        check(directory, arguments, status, part);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_and_silence_have_statuses_of_their_own() {
    let mut server = TestServer::start("conventions-damage").await;
    server.without_audit("its journal is altered");
    let shop = server.shop().await;
    let id = text(&shop.order(&order("one", "Book [pending]")).await, "/id");
    let directory = server.directory().to_owned();
    check(&directory, &["order", "explain", &id], 0, "The journal is whole");
    server.rows().alter("UPDATE journal SET hash = 'x'");
    check(&directory, &["order", "explain", &id], 6, "THE JOURNAL WAS ALTERED");
    // The gateway is gone, and so is the server, which would have asked it already.
    server.declare(two_shops(NOWHERE)).await;
    server.stop().await;
    check(&directory, &["order", "check", &id], 5, "the gateway did not answer");
}

/// Every command, as a line of words.
fn commands(directory: &Path, before: &[String]) -> Vec<Vec<String>> {
    let arguments: Vec<&str> = before.iter().map(String::as_str).chain(["--help"]).collect();
    let help = succeed(directory, &arguments);
    let listed = help.split("Commands:\n").nth(1).unwrap_or_default().lines();
    let mut found = vec![before.to_vec()];
    for line in listed.take_while(|line| !line.is_empty()) {
        let name = line.split_whitespace().next().unwrap_or_default();
        if name != "help" && line.starts_with("  ") && !line.starts_with("   ") {
            let command: Vec<String> = before.iter().cloned().chain([name.to_owned()]).collect();
            found.extend(commands(directory, &command));
        }
    }
    found
}

#[test]
fn completions_know_every_command_and_are_sound() {
    let directory = scratch("conventions-completions");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = succeed(&directory, &["completions", shell]);
        for part in ["resend", "explain", "config", "public-url", "completions"] {
            assert!(script.contains(part), "{shell} does not know {part}");
        }
        std::fs::write(directory.join(format!("completions.{shell}")), script).expect("a file");
    }
    let read = Command::new("bash").arg("-n").arg(directory.join("completions.bash")).status().expect("bash");
    assert!(read.success(), "bash does not read its completions");
    // As a person at a prompt has it: guichet order ex<Tab>.
    let complete = "source completions.bash; COMP_WORDS=(guichet order ex); COMP_CWORD=2; \
        _guichet guichet ex order; printf '%s\n' \"${COMPREPLY[@]}\"";
    let completed =
        Command::new("bash").args(["-c", complete]).current_dir(&directory).output().expect("bash");
    assert_eq!(String::from_utf8_lossy(&completed.stdout).trim(), "explain");
}

#[test]
fn every_command_has_a_page_in_the_manual() {
    let directory = scratch("conventions-man");
    succeed(&directory, &["man", "pages/man1"]);
    let commands = commands(&directory, &[]);
    assert!(commands.len() > 25, "{commands:?}");
    let pages = directory.join("pages/man1");
    for command in commands {
        let name = ["guichet".to_owned()].into_iter().chain(command).collect::<Vec<_>>().join("-");
        let page = std::fs::read_to_string(pages.join(format!("{name}.1")));
        let page = page.unwrap_or_else(|error| panic!("{name}.1: {error}"));
        for part in [".TH", ".SH NAME", ".SH SYNOPSIS"] {
            assert!(page.contains(part), "{name}.1 has no {part}");
        }
    }
    let page = std::fs::read_to_string(pages.join("guichet-order-check.1")).expect("a page");
    for part in ["Ask the gateways about an order now", ".SH \"EXAMPLES\"", "GUICHET_PUBLIC_URL"] {
        assert!(page.contains(part), "{page}");
    }
    let Ok(shown) =
        Command::new("man").arg("-l").arg(pages.join("guichet.1")).env("MANPAGER", "cat").output()
    else {
        return;
    };
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("EXIT STATUS") && shown.contains("GUICHET_CONFIG"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_have_a_header_and_their_json_an_object_a_line() {
    let server = TestServer::start("conventions-lists").await;
    let shop = server.caller("alger", Environment::Test).await;
    shop.order(&plain_order("one")).await;
    for (command, header) in
        [(&["order", "list"][..], "ORDER"), (&["key", "list"], "KEY"), (&["config", "show"], "SETTING")]
    {
        let listed = server.command(command);
        assert!(listed.starts_with(header), "{listed}");
        let objects = server.command(&[command, &["--json"]].concat());
        assert_eq!(objects.lines().count() + 1, listed.lines().count(), "{command:?}: {objects}");
        for line in objects.lines() {
            let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
            assert!(object.is_object(), "{line}");
        }
    }
}

#[test]
fn a_terminal_reads_sentences_and_a_file_reads_json() {
    let directory = scratch("conventions-terminal");
    let serve = format!("{} serve --listen 127.0.0.1:0", env!("CARGO_BIN_EXE_guichet"));
    // `script` gives it a terminal.
    let mut terminal = Command::new("script");
    let exec = format!("exec {serve}");
    terminal.args(["-qec", &exec, "/dev/null"]).current_dir(&directory).env_remove("RUST_LOG");
    let mut terminal = terminal.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("script");
    let lines = BufReader::new(terminal.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let serving = lines.into_iter().find(|line| line.contains("serving")).expect("it serves");
    assert!(serving.contains("INFO") && !serving.contains('{'), "{serving}");
    let script = terminal.id();
    let server =
        std::fs::read_to_string(format!("/proc/{script}/task/{script}/children")).expect("its children");
    let told = Command::new("kill").args(["-TERM", server.trim()]).status();
    assert!(told.expect("kill").success());
    terminal.wait().expect("it ended");
}

/// What a program says on a terminal, byte by byte, until it has said that.
fn read_until(output: &mut impl Read, part: &str) {
    let (mut said, mut next) = (Vec::new(), [0]);
    while !String::from_utf8_lossy(&said).contains(part) {
        let read = output.read(&mut next).expect("it says something");
        assert!(read > 0, "it never said {part}: {}", String::from_utf8_lossy(&said));
        said.extend_from_slice(&next);
    }
}

#[test]
fn what_takes_long_shows_that_it_is_under_way() {
    let directory = scratch("conventions-progress");
    let pipe = directory.join("backup.db");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    // The backup never comes: it takes as long as this test likes.
    let restore = format!("{} restore backup.db", env!("CARGO_BIN_EXE_guichet"));
    let mut terminal = Command::new("script");
    terminal.args(["-qec", &restore, "/dev/null"]).current_dir(&directory);
    let mut terminal = terminal.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("script");
    let mut output = terminal.stdout.take().expect("a pipe");
    read_until(&mut output, "reading every page");
    drop(std::fs::OpenOptions::new().write(true).open(&pipe).expect("the other end"));
    let mut rest = String::new();
    output.read_to_string(&mut rest).expect("the end");
    assert!(rest.contains("not a database of Guichet"), "{rest}");
    assert_eq!(terminal.wait().expect("its status").code(), Some(6));
}
