//! The samples that no chapter of the book runs: the shop in Rust, the page with a payment link, and the shop that moves here from
//! another vendor by one line.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use guichet_sandbox::Action;
use serde_json::{Value, json};

use crate::clients::target::{Answers, Target};
use crate::packaging::root;
use crate::support::scratch::scratch;
use crate::support::test_server::TestServer;

/// A program that ends with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound port").port()
}

async fn get(url: &str) -> Option<(u16, String)> {
    let answer =
        reqwest::Client::builder().no_proxy().build().expect("a client").get(url).send().await.ok()?;
    Some((answer.status().as_u16(), answer.text().await.ok()?))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_in_rust_sells_once() {
    let server = TestServer::start("samples-rust").await;
    let shop = server.shop().await;
    let port = free_port();
    let address = format!("http://127.0.0.1:{port}");
    let endpoint = json!({ "url": format!("{address}/webhooks"), "events": ["order.paid"] });
    let endpoint = shop.post("/v1/webhook_endpoints", &endpoint).await.expect(201).json();
    let key = shop.key.clone().expect("a key");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "guichet-client", "--example", "shop"])
        .current_dir(root())
        .status();
    assert!(built.expect("cargo").success());
    let program = Path::new(env!("CARGO_BIN_EXE_guichet")).with_file_name("examples").join("shop");
    let child = Command::new(program)
        .current_dir(scratch("samples-rust-shop"))
        .env("PORT", port.to_string())
        .env("GUICHET_URL", &server.base_url)
        .env("GUICHET_API_KEY", key)
        .env("GUICHET_WEBHOOK_SECRET", endpoint["secret"].as_str().expect("a secret"))
        .stdin(Stdio::null())
        .spawn();
    let _running = Running(child.expect("the shop"));
    while get(&address).await.is_none() {
        tokio::task::yield_now().await;
    }
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client");
    let bought = client.post(format!("{address}/buy")).send().await.expect("bought");
    assert_eq!(bought.status(), 303);
    let listed = shop.get("/v1/orders").await.expect(200).json();
    let order = &listed["data"][0];
    assert_eq!(bought.headers()["location"], order["checkout_url"].as_str().expect("a page"));
    let reference = order["reference"].as_str().expect("a reference");
    let page = format!("{address}/orders/{reference}");
    assert!(get(&page).await.is_some_and(|(_, text)| text.contains("Not paid yet")));
    pay(&server, order).await;
    assert!(get(&page).await.is_some_and(|(_, text)| text.contains("Paid. Thank you!")));
    let count = format!("{address}/packed/{reference}");
    while get(&count).await.is_none_or(|(_, text)| text == "0") {
        tokio::task::yield_now().await;
    }
    assert_eq!(get(&count).await, Some((200, "1".to_owned())));
    assert_eq!(get(&format!("{address}/orders/nobody")).await.map(|(status, _)| status), Some(404));
}

/// The customer pays the order by card.
async fn pay(server: &TestServer, order: &Value) {
    let shop = server.shop().await;
    let id = order["id"].as_str().expect("an id");
    let opened = shop
        .post(&format!("/v1/orders/{id}/payments"), &json!({ "gateway": "ocpay" }))
        .await
        .expect(201)
        .json();
    server
        .sandbox
        .act(opened["payments"][0]["reference"].as_str().expect("a reference"), Action::Pay)
        .expect("it is open");
    let checked = shop.press(&format!("/v1/orders/{id}/check")).await.expect(200).json();
    assert_eq!(checked["status"], "paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_a_server_sells_by_a_link() {
    let server = TestServer::start("samples-static").await;
    let wanted = json!({ "title": "Dattes Deglet Nour, 1 kg", "amount": 250_000, "currency": "DZD" });
    let link = server.shop().await.post("/v1/payment_links", &wanted).await.expect(201).json();
    let page = std::fs::read_to_string(root().join("samples/static/index.html")).expect("the page");
    assert_eq!(page.matches("https://pay.example/l/YOUR-LINK").count(), 1);
    let page = page.replace("https://pay.example/l/YOUR-LINK", link["url"].as_str().expect("an address"));
    let (_, rest) = page.split_once("href=\"").expect("a link");
    let (address, _) = rest.split_once('"').expect("its end");
    let (status, text) = get(address).await.expect("an answer");
    assert!(status == 200 && text.contains("Dattes Deglet Nour"), "{status} {text}");
}

/// Paid by the vendor itself, as the sandbox plays it, and paid here: nothing but that line is another.
#[tokio::test(flavor = "multi_thread")]
async fn a_shop_moves_here_by_one_line() {
    let difference =
        std::fs::read_to_string(root().join("samples/moving/to-guichet.diff")).expect("the difference");
    let lines =
        |sign: &str| difference.lines().filter(|line| line.starts_with(&format!("{sign}const"))).count();
    assert_eq!((lines("-"), lines("+"), difference.lines().count()), (1, 1, 5), "more than a line changes");
    for answers in [Answers::Sandbox, Answers::Server("cinetpay")] {
        let target = Target::open(answers).await;
        let folder = scratch(&format!("samples-moving-{answers:?}").replace(['(', ')', '"'], ""));
        std::fs::copy(root().join("samples/moving/shop.php"), folder.join("shop.php")).expect("the shop");
        let here = difference.replace("http://127.0.0.1:8080", &target.settings.gateway);
        std::fs::write(folder.join("here.diff"), here).expect("written");
        let run = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            command.args(arguments).current_dir(&folder).stdin(Stdio::null());
            command
                .env("CINETPAY_APIKEY", &target.settings.apikey)
                .env("CINETPAY_SITE_ID", &target.settings.site_id);
            let output = tokio::task::block_in_place(|| command.output());
            let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
            assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        };
        run("patch", &["--quiet", "shop.php", "here.diff"]);
        let page = run("php", &["shop.php", "pay", "CMD-1"]);
        let before = run("php", &["shop.php", "check", "CMD-1"]);
        assert!(before.starts_with("not paid"), "{answers:?}: {before}");
        target.acquirer(&page, Action::Pay);
        assert_eq!(run("php", &["shop.php", "check", "CMD-1"]), "paid", "{answers:?}");
    }
}
