//! A site of one test: WordPress as Debian has it, under PHP's own web server, on a MariaDB of its own, with the plugin as its zip
//! has it and a stand-in for WooCommerce. Nothing of it is left when it is dropped, or when the process of the test ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::packaging::root;
use crate::support::call::{Answer, Caller};
use crate::support::patience::Patience;

/// A running site.
pub(super) struct Site {
    pub(super) url: String,
    folder: PathBuf,
    environment: Vec<(&'static str, String)>,
    browser: Caller,
    /// What runs for it: each ends when its pipe does.
    supervisors: Vec<Child>,
}

/// Runs a program in the background, and kills it and what it began when the standard input ends, which comes with the end of the
/// process that holds the pipe.
const SUPERVISOR: &str = r#"set -m; "$@" & cat >/dev/null; kill -9 -- "-$!"; wait 2>/dev/null"#;

/// What stands for WooCommerce, and the site's own files.
fn stand_in() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/woocommerce/stand_in")
}

/// Where `./test` lays WordPress.
fn wordpress() -> PathBuf {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-tools");
    let folder = tools.join("wordpress/usr/share/wordpress");
    assert!(folder.join("wp-load.php").is_file(), "WordPress is missing: run ./test once");
    folder
}

/// Runs a program to its end, which must be a good one; what it printed.
pub(super) fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Packs the plugin as whoever installs it gets it.
pub(super) fn zip(file: &Path) {
    run(Command::new("python3").arg(root().join("plugins/woocommerce/make-zip.py")).arg(file));
}

impl Site {
    /// Installs it and starts it. Its owner has set nothing yet.
    pub(super) async fn open() -> Site {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        // Short, because the path of a socket is.
        let folder = std::env::temp_dir().join(format!("guichet-wp-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let url = format!("http://127.0.0.1:{}", free_port());
        let text = |path: PathBuf| path.to_str().expect("UTF-8").to_owned();
        let environment = vec![
            ("SITE_URL", url.clone()),
            ("SITE_DATABASE", text(folder.join("mariadb"))),
            ("SITE_CONTENT", text(folder.join("content"))),
            ("WORDPRESS_CONFIG", text(stand_in().join("site/wp-config.php"))),
            ("WORDPRESS", text(wordpress())),
            // Several requests at once, as with any web server.
            ("PHP_CLI_SERVER_WORKERS", "6".to_owned()),
        ];
        let browser = Caller::new(&url, None);
        let mut site = Site { url, folder, environment, browser, supervisors: Vec::new() };
        site.lay();
        site.run_database().await;
        let mut install = Command::new("php");
        install.arg(stand_in().join("site/install.php")).envs(site.environment.clone());
        assert_eq!(run(&mut install), "installed");
        site.run_web_server().await;
        site
    }

    fn lay(&self) {
        let content = self.folder.join("content");
        let plugins = content.join("plugins");
        copy(&stand_in().join("woocommerce"), &plugins.join("woocommerce"));
        copy(&stand_in().join("site/theme"), &content.join("themes/bare"));
        fs::create_dir_all(content.join("mu-plugins")).expect("a folder");
        fs::copy(stand_in().join("site/actions.php"), content.join("mu-plugins/actions.php"))
            .expect("the actions");
        let packed = self.folder.join("plugin.zip");
        zip(&packed);
        run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(&packed).arg(&plugins));
    }

    async fn run_database(&mut self) {
        let data = self.folder.join("data");
        fs::create_dir_all(&data).expect("a folder");
        let (data, socket) = (data.display(), self.folder.join("mariadb"));
        // Without the tables of rights, nothing has to be installed; only this socket leads to it.
        let arguments = [
            "--no-defaults".to_owned(),
            "--user=root".to_owned(),
            format!("--datadir={data}"),
            format!("--socket={}", socket.display()),
            "--skip-networking".to_owned(),
            "--skip-grant-tables".to_owned(),
            "--innodb-flush-log-at-trx-commit=0".to_owned(),
            "--innodb-buffer-pool-size=32M".to_owned(),
            "--innodb-log-file-size=8M".to_owned(),
        ];
        self.keep(
            Command::new("bash").args(["-c", SUPERVISOR, "supervisor", "/usr/sbin/mariadbd"]).args(arguments),
        );
        let mut patience = Patience::that("MariaDB listens");
        while !socket.exists() {
            patience.again().await;
        }
    }

    async fn run_web_server(&mut self) {
        let address = self.url.trim_start_matches("http://").to_owned();
        let mut web = Command::new("bash");
        web.args([
            "-c",
            SUPERVISOR,
            "supervisor",
            "php",
            "-d",
            "opcache.enable_cli=1",
            "-d",
            "display_errors=0",
            "-S",
        ]);
        web.arg(address).arg("-t").arg(wordpress()).envs(self.environment.clone());
        self.keep(&mut web);
        let mut patience = Patience::that("PHP serves");
        while self.browser.try_send("GET", "/wp-content/nothing.txt", &[], Vec::new()).await.is_err() {
            patience.again().await;
        }
    }

    fn keep(&mut self, command: &mut Command) {
        let log =
            fs::File::create(self.folder.join(format!("log-{}", self.supervisors.len()))).expect("a log");
        let also = log.try_clone().expect("a log");
        let supervisor = command.stdin(Stdio::piped()).stdout(log).stderr(also).spawn().expect("bash");
        self.supervisors.push(supervisor);
    }

    /// Does what customers and the shop's people do; what came of it.
    pub(super) async fn act(&self, what: &str, said: &Value) -> Value {
        self.browser.post(&format!("/?test_action={what}"), said).await.expect(200).json()
    }

    /// Any request of anybody.
    pub(super) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        self.browser.send(method, path, headers, body.as_bytes().to_vec()).await
    }

    /// What the plugin wrote into WooCommerce's log.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("content/woocommerce.log")).unwrap_or_default()
    }

    /// What PHP has complained about in the plugin.
    fn complaints(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.join("content/php.log")).unwrap_or_default();
        let about = |line: &&str| line.contains("plugins/guichet") || line.contains("Fatal");
        log.lines().filter(about).map(str::to_owned).collect()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let complaints = self.complaints();
        for supervisor in &mut self.supervisors {
            drop(supervisor.stdin.take());
            let _ = supervisor.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
        assert!(complaints.is_empty() || std::thread::panicking(), "PHP complains: {complaints:?}");
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a file");
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound port").port()
}
