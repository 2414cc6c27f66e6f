//! Style and architecture as a test: what STYLE.md and ARCHITECTURE.md promise is read off the
//! sources themselves. Each rule is a list of what breaks it, and the list must be empty, or equal
//! to the exceptions written here.

mod decisions;
mod graph;
mod imports;
mod names;
mod output;
mod problems;
mod sources;
mod text;
mod walls;
