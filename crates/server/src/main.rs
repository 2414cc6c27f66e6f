//! The executable: see `guichet --help`.

fn main() -> std::process::ExitCode {
    guichet::cli::run()
}
