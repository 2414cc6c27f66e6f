//! A server whose public address has a path, behind a proxy that takes the path off and behind one that does not.

use std::time::Duration;

use serde_json::json;

use crate::support::call::{Caller, text};
use crate::support::program::run;
use crate::support::scratch::scratch;
use crate::support::test_server::{TestServer, order, plain_order};

const PATH: &str = "/pay";

/// The addresses in a page that a browser follows or loads, without those within the page.
fn addresses(html: &str) -> Vec<String> {
    let follows = ["href=\"", "action=\"", "src=\"", "formaction=\"", "spec-url=\"", "data-live=\""];
    let found = follows.iter().flat_map(|attribute| {
        html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned)
    });
    found.filter(|address| !address.starts_with('#') && !address.starts_with("data:")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_honours_the_path() {
    let server = TestServer::start("operations-under-path").await.under(PATH).await;
    let shop = server.shop().await;
    let whole = format!("{}{PATH}", server.base_url);
    let waiting = shop.order(&plain_order("path-1")).await;
    let (checkout, status) = (text(&waiting, "/checkout_url"), text(&waiting, "/status_url"));
    assert!(checkout.starts_with(&format!("{whole}/checkout/")), "{checkout}");
    assert!(status.starts_with(&format!("{whole}/status/")), "{status}");
    let visitor = Caller::new(&server.base_url, None);
    // A proxy that hands the path on, and one that takes it off.
    for page in [checkout.clone(), status.clone(), format!("{whole}/docs"), format!("{whole}/")] {
        for asked in [page.clone(), page.replace(PATH, "")] {
            let html = visitor.get(&asked).await.expect(200).text();
            for address in addresses(&html) {
                let leads = address.starts_with(&format!("{PATH}/")) || !address.starts_with('/');
                assert!(leads, "{asked} leads to {address}");
            }
        }
    }
    let chosen = format!("account={}", account(&visitor.get(&checkout).await.text()));
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let led = visitor.send("POST", &checkout, &form, chosen.into_bytes()).await.expect(303);
    assert!(led.header("location").starts_with(&server.sandbox_url), "{}", led.header("location"));
    let checked = visitor.press(&format!("{status}/check")).await.expect(303);
    assert!(
        checked.header("location").starts_with(&format!("{PATH}/status/")),
        "{}",
        checked.header("location")
    );
    assert!(visitor.get(&format!("{status}/live")).await.expect(200).json()["shown"].is_string());
}

/// What a gateway was told as the way back and for notifications works too.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_finds_its_way_back_under_the_path() {
    let server = TestServer::start("operations-under-path-paid").await.under(PATH).await;
    let shop = server.shop().await;
    let paid = server.paid_order(&shop, "path-2").await;
    let order = shop.order(&order("path-3", "Book")).await;
    let link = text(&order, "/payment_url");
    let visitor = Caller::new(&server.base_url, None);
    let returned = visitor.press(&format!("{link}/pay")).await;
    let back = if returned.header("location").is_empty() {
        addresses(&returned.text())
            .into_iter()
            .find(|address| address.contains("/status/"))
            .expect("a way back")
    } else {
        returned.header("location").to_owned()
    };
    assert!(back.starts_with(&format!("{}{PATH}/status/", server.base_url)), "{back}");
    visitor.get(&back).await.expect(200);
    server.pass(Duration::from_secs(60)).await;
    for id in [text(&paid, "/id"), text(&order, "/id")] {
        let now = shop.get(&format!("{PATH}/v1/orders/{id}")).await.expect(200).json();
        assert_eq!(now["status"], json!("paid"), "{now}");
    }
}

#[test]
fn an_address_that_cannot_be_public_is_refused() {
    let directory = scratch("operations-public-url");
    for (url, says) in [
        ("ftp://shop.example", "http:// or https://"),
        ("shop.example", "it is not a URL"),
        ("https://shop.example/?x=1", "it has a query"),
        ("https://shop.example/v1", "its path begins with /v1"),
    ] {
        let output = run(&directory, &["serve", "--public-url", url]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{url}: {said}");
        assert!(said.contains(says), "{url}: {said}");
        let sandbox = run(&directory, &["sandbox", "--public-url", url]);
        assert_eq!(sandbox.status.code(), Some(2), "{url}: {}", String::from_utf8_lossy(&sandbox.stderr));
    }
    let output = run(&directory, &["sandbox", "--public-url", "https://shop.example/pay"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("a host of its own"), "{said}");
}

/// The account of the first button of a checkout page.
fn account(html: &str) -> String {
    let rest = html.split("name=\"account\" value=\"").nth(1).expect("an account");
    rest.split('"').next().expect("its end").to_owned()
}
