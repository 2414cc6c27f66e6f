//! The client for TypeScript and JavaScript.

use std::os::unix::fs::symlink;

use super::{Checkout, tools, utf8};
use crate::support::test_server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn the_typescript_client_does_what_a_shop_does() {
    let server = TestServer::start("own-clients-typescript").await;
    let mut client = Checkout::of("typescript", &server).await;
    let walked = tokio::task::spawn_blocking(move || {
        symlink(tools("node_modules"), client.folder.join("node_modules")).expect("the tools");
        client.run("npm", &["run", "--silent", "build"]);
        let packed = client.run("npm", &["pack", "--dry-run", "--json", "--silent"]);
        for file in ["README.md", "dist/index.js", "dist/index.d.ts", "package.json"] {
            assert!(packed.contains(&format!("\"{file}\"")), "{file} is not published: {packed}");
        }
        assert!(!packed.contains("\"src/"), "sources are published: {packed}");
        client.settings.push(("CLIENT", utf8(&client.folder.join("dist/index.js"))));
        for node in ["node-oldest", "node-newest"] {
            let node = utf8(&tools("node_modules").join(node).join("bin/node"));
            client.shop(&node, &["--test"], "typescript.mjs");
        }
    });
    walked.await.expect("the script went well");
}
