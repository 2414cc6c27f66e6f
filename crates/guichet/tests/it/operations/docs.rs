//! `guichet docs`: the book is served as it lies in a folder, and nothing beside it.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::call::Caller;
use crate::support::program::{guichet, run};
use crate::support::scratch::scratch;

#[tokio::test(flavor = "multi_thread")]
async fn a_book_is_read_in_both_languages() {
    let directory = scratch("docs-book");
    for (page, text) in
        [("book/index.html", "the book"), ("book/fr/index.html", "le livre"), ("secret.html", "no page")]
    {
        let page = directory.join(page);
        std::fs::create_dir_all(page.parent().expect("a folder")).expect("made");
        std::fs::write(page, text).expect("written");
    }
    let mut command = guichet(&directory);
    command.args(["docs", "--listen", "127.0.0.1:0", "--book", "book"]).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let line = lines.next().expect("it says where");
    let base = line.trim_start_matches("The book is at ").trim_end_matches('/').to_owned();
    let reader = Caller::new(&base, None);
    for (path, status, text) in
        [("/", 200, "the book"), ("/fr/", 200, "le livre"), ("/fr", 308, ""), ("/nothing", 404, "")]
    {
        assert_eq!(reader.get(path).await.expect(status).text(), text, "{path}");
    }
    assert_eq!(reader.get("/fr/").await.header("content-type"), "text/html; charset=utf-8");
    assert_ne!(reader.get("/%2e%2e/secret.html").await.status, 200);
    child.kill().expect("it ran");
    child.wait().expect("it ended");
    let refused = run(&directory, &["docs", "--book", "nowhere"]);
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(3) && told.contains("there is no book at nowhere"), "{told}");
}
