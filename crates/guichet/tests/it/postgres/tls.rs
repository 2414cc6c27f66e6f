//! PostgreSQL over TLS with a password: an authority of one's own is believed where it is named, and nobody else's.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use guichet_testing::postgres::{Cluster, Durability};

use crate::support::engine;
use crate::support::program::{ServerProcess, run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{ShopFile, two_shops};

/// An authority that signs a certificate for `localhost`, all in files of that directory under that name.
fn certify(directory: &Path, name: &str) {
    let run = |arguments: &[&str]| {
        let output =
            Command::new("openssl").args(arguments).current_dir(directory).output().expect("openssl");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let (authority_key, authority) = (format!("{name}-authority.key"), format!("{name}-authority.pem"));
    let (key, asked, certificate) = (format!("{name}.key"), format!("{name}.csr"), format!("{name}.pem"));
    let new = ["req", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
    let root =
        ["-x509", "-days", "2", "-subj", "/CN=authority", "-keyout", &authority_key, "-out", &authority];
    run(&[&new[..], &root].concat());
    run(&[&new[..], &["-subj", "/CN=localhost", "-keyout", &key, "-out", &asked]].concat());
    std::fs::write(directory.join("names"), "subjectAltName = DNS:localhost\n").expect("a file");
    let signed =
        ["x509", "-req", "-in", &asked, "-CA", &authority, "-CAkey", &authority_key, "-CAcreateserial"];
    run(&[&signed[..], &["-days", "2", "-extfile", "names", "-out", &certificate]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_verified() {
    let directory = scratch("postgres-tls");
    certify(&directory, "ours");
    certify(&directory, "theirs");
    let cluster = Arc::new(Cluster::start(Durability::Fast, ""));
    let port = cluster.port();
    let authority = |name: &str| directory.join(format!("{name}-authority.pem")).display().to_string();
    let at = |host: &str, password: &str, rest: &str| {
        format!("postgres://guichet:{password}@{host}:{port}/{}{rest}", engine::TEMPLATE)
    };
    let right = "%C3%BCber-geheim";
    let ours = format!("?sslmode=verify-full&sslrootcert={}", authority("ours"));
    let good = at("localhost", right, &ours);
    engine::settle_on(&directory, &cluster, |_| Some(good.clone()));
    cluster.encrypt(&directory.join("ours.pem"), &directory.join("ours.key"), "über-geheim");
    ShopFile::from(two_shops("http://127.0.0.1:9")).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let mut server = ServerProcess::start(&directory, |_| {});
    assert!(!server.has_ended());
    let mut database = cluster.connect(engine::TEMPLATE);
    let encrypted =
        "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'guichet'";
    assert_eq!(database.query(encrypted).expect("a row").cells[0][0].as_deref(), Some("t"));
    server.terminate();
    let (_, log) = server.end();
    assert!(!log.contains("geheim") && !log.contains(right), "the password stands in the log");

    let theirs = format!("?sslmode=verify-full&sslrootcert={}", authority("theirs"));
    for (why, url) in [
        ("another authority", at("localhost", right, &theirs)),
        ("an authority of this machine's", at("localhost", right, "?sslmode=verify-full")),
        ("another name", at("127.0.0.1", right, &ours)),
        ("no encryption", at("localhost", right, "?sslmode=disable")),
        ("a wrong password", at("localhost", "geheim", &ours)),
    ] {
        let refused = run(&directory, &["order", "list", "--database", &url]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(5), "{why}: {said}");
        assert!(!said.contains("geheim") && !said.contains(right), "{why}: {said}");
    }
}
