//! The program `guichet`; see `guichet --help`.

fn main() -> std::process::ExitCode {
    guichet::run()
}
