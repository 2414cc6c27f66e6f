//! The client for PHP.

use super::{Checkout, utf8};
use crate::support::test_server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn the_php_client_does_what_a_shop_does() {
    let server = TestServer::start("own-clients-php").await;
    let mut client = Checkout::of("php", &server).await;
    let walked = tokio::task::spawn_blocking(move || {
        client.run("composer", &["--no-interaction", "validate", "--strict"]);
        client.run("composer", &["--no-interaction", "dump-autoload", "--optimize", "--strict-psr"]);
        client.settings.push(("CLIENT", utf8(&client.folder)));
        client.shop("php", &["-d", "error_reporting=-1", "-d", "display_errors=stderr"], "php.php");
    });
    walked.await.expect("the script went well");
}
