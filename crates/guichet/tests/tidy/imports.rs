//! The imports of a crate's files, read off the sources: who uses what, each name followed through the files that only
//! hand it on (`pub use`) to the file in which it is defined.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::{File, rust};

/// A module by its path from the crate's root.
pub(crate) type Module = Vec<String>;

/// A file of a crate.
struct Source {
    uses: Vec<Module>,
    /// What it hands on, by the name under which it does.
    hands_on: BTreeMap<String, Module>,
    /// Modules of which it hands on everything.
    hands_on_all: Vec<Module>,
}

/// The files of a crate by their modules, and which of them uses which.
pub(crate) type Graph = BTreeMap<Module, BTreeSet<Module>>;

/// The graph of the imports between the files below `crates/NAME/src`, tests apart.
pub(crate) fn graph(name: &str) -> Graph {
    let below = format!("crates/{name}/src/");
    let files: BTreeMap<Module, File> = rust(&below)
        .into_iter()
        .filter(|file| !file.is_test())
        .map(|file| (module(file.path.strip_prefix(&below).expect("below the crate")), file))
        .collect();
    let modules: BTreeSet<Module> = files.keys().cloned().collect();
    let sources: BTreeMap<Module, Source> =
        files.iter().map(|(module, file)| (module.clone(), source(module, &file.code(), &modules))).collect();
    let resolved = |(module, source): (&Module, &Source)| {
        let used = source.uses.iter().filter_map(|path| resolve(path, &sources, 0));
        (module.clone(), used.filter(|used| used != module).collect())
    };
    sources.iter().map(resolved).collect()
}

/// The module that a file is, by its path from the crate's root.
fn module(path: &str) -> Module {
    let mut parts: Module = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

fn source(module: &Module, code: &str, modules: &BTreeSet<Module>) -> Source {
    let mut source = Source { uses: Vec::new(), hands_on: BTreeMap::new(), hands_on_all: Vec::new() };
    let mut rest = String::new();
    for statement in code.split_inclusive([';', '{', '}']) {
        let words = statement.trim_start();
        let public = words.starts_with("pub");
        match words.find("use ").filter(|at| is_visibility(&words[..*at])) {
            None => rest.push_str(statement),
            Some(at) => {
                // A tree of names has braces of its own: the statement goes on in the code.
                let begin =
                    code.len() - remaining(code, statement).len() + statement.len() - words.len() + at + 4;
                let tree = code[begin..].split(';').next().unwrap_or_default();
                for (path, name) in names(tree) {
                    let Some(path) = absolute(module, path, modules) else { continue };
                    match (public, name.as_str()) {
                        (true, "*") => source.hands_on_all.push(path),
                        (true, _) => drop(source.hands_on.insert(name, path)),
                        (false, _) => source.uses.push(path),
                    }
                }
            }
        }
    }
    // `pub(in crate::x)` says who may use a thing, and uses none.
    let rest = rest.replace("pub(in crate::", "pub(in ");
    source.uses.extend(inline(&rest).filter_map(|path| absolute(module, path, modules)));
    source
}

/// The code from that part of it on.
fn remaining<'a>(code: &'a str, part: &str) -> &'a str {
    &code[part.as_ptr().addr() - code.as_ptr().addr()..]
}

fn is_visibility(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || text == "pub"
        || (text.starts_with("pub(") && text.ends_with(')') && !text.contains('{'))
}

/// The paths of a tree such as `a::{b, c::d as e}`, each with the name under which it is known then.
fn names(tree: &str) -> Vec<(Module, String)> {
    let tree = tree.trim();
    if let Some((prefix, inner)) = tree.split_once('{') {
        let inner = inner.trim_end().trim_end_matches('}');
        let inner = if tree.ends_with('}') { &tree[prefix.len() + 1..tree.len() - 1] } else { inner };
        let (mut depth, mut from, mut found) = (0, 0, Vec::new());
        for (at, letter) in inner.char_indices().chain([(inner.len(), ',')]) {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    let one = inner[from..at].trim();
                    found.extend(
                        (!one.is_empty()).then(|| names(&format!("{prefix}{one}"))).into_iter().flatten(),
                    );
                    from = (at + 1).min(inner.len());
                }
                _ => {}
            }
        }
        return found;
    }
    let (path, alias) =
        tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias.trim())));
    let mut path: Module = path.split("::").map(|part| part.trim().to_owned()).collect();
    if path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let name = alias.map_or_else(|| path.last().cloned().unwrap_or_default(), str::to_owned);
    if name == "*" {
        path.pop();
    }
    vec![(path, name)]
}

/// The paths that stand in the midst of code and begin at the crate's root or at the parent.
fn inline(code: &str) -> impl Iterator<Item = Module> {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let paths = code.split(move |c: char| !part(c));
    let rooted = paths.filter(|path| path.starts_with("crate::") || path.starts_with("super::"));
    rooted.map(|path| path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect())
}

/// A path from the crate's root; `None` for one into another crate.
fn absolute(module: &Module, path: Module, modules: &BTreeSet<Module>) -> Option<Module> {
    match path.first()?.as_str() {
        "crate" => Some(path[1..].to_vec()),
        "self" => Some([module, &path[1..]].concat()),
        "super" => {
            let up = path.iter().take_while(|part| *part == "super").count();
            Some([&module[..module.len().saturating_sub(up)], &path[up..]].concat())
        }
        _ => {
            let child = [module.as_slice(), &path[..1]].concat();
            modules.contains(&child).then(|| [module.as_slice(), &path].concat())
        }
    }
}

/// The file in which what a path names is defined.
fn resolve(path: &Module, sources: &BTreeMap<Module, Source>, depth: usize) -> Option<Module> {
    let file =
        (0..=path.len()).rev().map(|length| &path[..length]).find(|part| sources.contains_key(*part))?;
    let Some(name) = path.get(file.len()) else { return Some(file.to_vec()) };
    let source = &sources[file];
    let handed = source.hands_on.get(name).cloned().or_else(|| {
        let knows = |all: &&Module| sources.get(*all).is_some_and(|from| from.hands_on.contains_key(name));
        source
            .hands_on_all
            .iter()
            .find(knows)
            .map(|all| [all.as_slice(), std::slice::from_ref(name)].concat())
    });
    match handed {
        // A name that leads back to itself is one that a macro makes.
        Some(further) if depth < 16 => resolve(&further, sources, depth + 1),
        Some(_) | None => Some(file.to_vec()),
    }
}

#[test]
fn imports_are_read() {
    let modules = BTreeSet::from([vec![], vec!["a".to_owned()], vec!["a".to_owned(), "b".to_owned()]]);
    let code = "pub use b::{C, D as E};\nuse super::a::{self, b::{F, G}};\nuse std::fmt;\nfn x() { crate::a::y(); }\npub(in crate::z) fn z() {}";
    let read = source(&vec!["a".to_owned()], code, &modules);
    let shown = |path: &Module| path.join("::");
    assert_eq!(read.uses.iter().map(shown).collect::<Vec<_>>(), ["a", "a::b::F", "a::b::G", "a::y"]);
    let on: Vec<_> = read.hands_on.iter().map(|(name, path)| format!("{name}={}", shown(path))).collect();
    assert_eq!(on, ["C=a::b::C", "E=a::b::D"]);
}
