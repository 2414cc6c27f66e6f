//! A proxy as an example configures it, run without privileges on an address of this machine that nobody else uses.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};

use crate::support::patience::Patience;

/// Which proxy.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Caddy,
    Nginx,
}

/// Which of the example's sites.
#[derive(Debug, Clone, Copy)]
pub(super) enum Site {
    OwnName,
    UnderPath,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Caddy => "caddy",
            Kind::Nginx => "nginx",
        }
    }

    fn example(self) -> String {
        let file = match self {
            Kind::Caddy => "Caddyfile",
            Kind::Nginx => "nginx.conf",
        };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/proxy");
        fs::read_to_string(folder.join(file)).expect("the example")
    }

    /// Its program: as `./test` unpacked it, or as it is installed.
    fn program(self) -> PathBuf {
        let place = match self {
            Kind::Caddy => "usr/bin/caddy",
            Kind::Nginx => "usr/sbin/nginx",
        };
        let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-tools/proxies");
        let found =
            [tools, PathBuf::from("/")].map(|root| root.join(place)).into_iter().find(|path| path.exists());
        found.unwrap_or_else(|| {
            panic!("there is no {place}: run ./test once, it installs what the tests need")
        })
    }
}

impl Site {
    pub(super) fn name(self) -> &'static str {
        match self {
            Site::OwnName => "name",
            Site::UnderPath => "path",
        }
    }

    fn host(self) -> &'static str {
        match self {
            Site::OwnName => "pay.shop.example",
            Site::UnderPath => "shop.example",
        }
    }
}

/// The port of every proxy here; each has an address of its own.
const PORT: u16 = 8443;

/// A proxy, with its process once it was started.
pub(super) struct Proxy {
    kind: Kind,
    directory: PathBuf,
    process: Option<Child>,
    pub(super) host: &'static str,
    pub(super) address: SocketAddr,
    /// `http://` and its host and port.
    pub(super) origin: String,
    /// That, and the path of its site.
    pub(super) public_url: String,
}

impl Proxy {
    /// Gives it an address.
    pub(super) fn prepare(kind: Kind, site: Site, directory: &Path) -> Proxy {
        static COUNT: AtomicU8 = AtomicU8::new(1);
        let [.., high, low] = std::process::id().to_be_bytes();
        let own = Ipv4Addr::new(127, high | 128, low, COUNT.fetch_add(1, Ordering::Relaxed));
        let origin = format!("http://{}:{PORT}", site.host());
        let path = match site {
            Site::OwnName => "",
            Site::UnderPath => "/pay",
        };
        Proxy {
            kind,
            directory: directory.to_owned(),
            process: None,
            host: site.host(),
            address: SocketAddr::from((own, PORT)),
            public_url: format!("{origin}{path}"),
            origin,
        }
    }

    /// Starts it in front of the server at that address, and waits until it takes connections.
    pub(super) async fn start(mut self, server: &str) -> Proxy {
        let shop = self.directory.join("www");
        fs::create_dir(&shop).expect("a folder");
        fs::write(shop.join("index.html"), "the shop").expect("a page");
        let example = self.kind.example().replace("127.0.0.1:8080", server);
        let example = replaced(&example, "/var/www/shop", &shop.display().to_string());
        let mut command = match self.kind {
            Kind::Caddy => self.caddy(&example),
            Kind::Nginx => self.nginx(&example),
        };
        let log = fs::File::create(self.directory.join("proxy.log")).expect("a file");
        command.current_dir(&self.directory).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.process = Some(command.spawn().expect("the proxy starts"));
        let mut patience = Patience::that("the proxy takes connections");
        while tokio::net::TcpStream::connect(self.address).await.is_err() {
            let ended = self.process.as_mut().and_then(|process| process.try_wait().expect("its status"));
            assert!(
                ended.is_none(),
                "{}",
                fs::read_to_string(self.directory.join("proxy.log")).expect("its log")
            );
            patience.again().await;
        }
        self
    }

    /// Without TLS, for the names here are nobody's, and on its own address.
    fn caddy(&self, example: &str) -> Command {
        let mut text = replaced(example, "{\n\tservers {", "{\n\tadmin off\n\tauto_https off\n\tservers {");
        for site in [Site::OwnName, Site::UnderPath] {
            let host = site.host();
            let here = format!("\nhttp://{host}:{PORT} {{\n\tbind {}\n", self.address.ip());
            text = replaced(&text, &format!("\n{host} {{\n"), &here);
        }
        let file = self.directory.join("Caddyfile");
        fs::write(&file, text).expect("a file");
        let mut command = Command::new(self.kind.program());
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file);
        for folder in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
            command.env(folder, &self.directory);
        }
        command
    }

    fn nginx(&self, example: &str) -> Command {
        let text = replaced(example, "listen 443 ssl;", &format!("listen {};", self.address));
        let is_certificate = |line: &&str| line.trim_start().starts_with("ssl_certificate");
        assert_eq!(text.lines().filter(is_certificate).count(), 4, "a certificate and a key for each site");
        let text: Vec<&str> = text.lines().filter(|line| !is_certificate(line)).collect();
        fs::write(self.directory.join("guichet.conf"), text.join("\n")).expect("a file");
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let temporary = temporary.map(|what| format!("{what}_temp_path {what};\n")).concat();
        let around = format!(
            "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {{}}\n\
             http {{\naccess_log off;\n{temporary}include guichet.conf;\n}}\n"
        );
        fs::write(self.directory.join("nginx.conf"), around).expect("a file");
        let mut command = Command::new(self.kind.program());
        command.args(["-e", "stderr", "-c", "nginx.conf", "-p"]).arg(&self.directory);
        command
    }
}

/// The text with every one of those replaced; there must be one.
#[track_caller]
fn replaced(text: &str, what: &str, by: &str) -> String {
    assert!(text.contains(what), "the example has no “{what}”");
    text.replace(what, by)
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
