//! The program `guichet-sandbox`: the sandbox alone, for machines without a Guichet server; see `guichet-sandbox --help`.

fn main() -> std::process::ExitCode {
    guichet::run_sandbox()
}
