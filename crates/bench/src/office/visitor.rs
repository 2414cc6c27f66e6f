//! An operator in a browser: comes in by an invitation with a password and a one-time code, and looks at play money.

use anyhow::Context;
use guichet_server::Clock;
use hyper::StatusCode;
use hyper::header::SET_COOKIE;
use totp_rs::{Algorithm, Builder, Secret};

use crate::line::{Answer, Line, Target};

const PASSWORD: &str = "une phrase de passe";

/// Somebody who is signed in.
pub(super) struct Visitor {
    pub(super) line: Line,
    pub(super) cookie: String,
}

impl Visitor {
    /// Comes in by the link at that path.
    pub(super) async fn come(target: &Target, link: &str) -> anyhow::Result<Self> {
        let mut line = Line::open(target).await?;
        let page = text(&line.look(link, "").await?)?;
        let secret = between(&page, "class=\"mono\" dir=\"ltr\">", "<")?;
        let code = code(secret)?;
        let fields = [("name", "Nadia"), ("password", PASSWORD), ("again", PASSWORD), ("code", &code)];
        let answer = line.post_form(link, "", &fields).await?;
        let set = answer.headers.get(SET_COOKIE).and_then(|set| set.to_str().ok());
        let set = set.with_context(|| format!("no cookie, but {}", answer.status))?;
        let cookie = set.split(';').next().unwrap_or_default().to_owned();
        let mut visitor = Visitor { line, cookie };
        visitor.look_at_play_money().await?;
        Ok(visitor)
    }

    async fn look_at_play_money(&mut self) -> anyhow::Result<()> {
        let page = text(&self.get("/office/account").await?)?;
        let token = between(&page, "name=\"form_token\" value=\"", "\"")?;
        let fields = [("form_token", token), ("shop", ""), ("environment", "test"), ("next", "/today")];
        let answer = self.line.post_form("/office/scope", &self.cookie, &fields).await?;
        anyhow::ensure!(
            answer.status == StatusCode::SEE_OTHER,
            "the scope is answered with {}",
            answer.status
        );
        Ok(())
    }

    /// A page.
    pub(super) async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        // The server ends a connection over which nothing came for a while.
        self.line.mend().await?;
        let answer = self.line.look(path, &self.cookie).await?;
        anyhow::ensure!(answer.status == StatusCode::OK, "{path} is answered with {}", answer.status);
        Ok(answer)
    }

    /// The same as a text.
    pub(super) async fn read(&mut self, path: &str) -> anyhow::Result<String> {
        text(&self.get(path).await?)
    }
}

fn text(answer: &Answer) -> anyhow::Result<String> {
    Ok(String::from_utf8(answer.body.to_vec())?)
}

/// What stands between two texts of a page.
pub(super) fn between<'a>(page: &'a str, before: &str, after: &str) -> anyhow::Result<&'a str> {
    let rest = page.split_once(before).with_context(|| format!("no {before} in the page"))?.1;
    Ok(rest.split_once(after).with_context(|| format!("no {after} behind {before}"))?.0)
}

/// The code that an application shows now.
fn code(secret: &str) -> anyhow::Result<String> {
    let secret = Secret::try_from_base32(secret.replace(' ', ""));
    let secret = secret.map_err(|error| anyhow::anyhow!("the secret of the codes: {error}"))?;
    let codes = Builder::new().with_algorithm(Algorithm::SHA1).with_secret(secret).build_noncompliant();
    Ok(codes.generate(u64::try_from(Clock::default().now_ms() / 1000)?).to_string())
}
