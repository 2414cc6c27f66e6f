//! What operators do: start, look, back up, examine, stop. Most of it with the real binary, as they do.

mod commands;
mod compression;
mod database_files;
mod requests;
mod serving;
mod tail;
mod under_path;
