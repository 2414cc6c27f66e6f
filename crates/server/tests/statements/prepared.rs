//! Every statement is understood by both engines.

use guichet_server::store::over_many_rows;
use tokio_postgres::types::Type;

use crate::{engines, sources};

#[tokio::test]
async fn sqlite_understands_every_statement() {
    let file = engines::sqlite("prepared").await;
    for statement in sources::statements() {
        let prepared = file.database.prepare(&statement.sql);
        assert!(prepared.is_ok(), "{}: {}: {prepared:?}", statement.file, statement.sql);
        let prepared = prepared.expect("looked at before");
        // SQLite counts parameters as they appear, PostgreSQL by their numbers.
        for place in 1..=prepared.parameter_count() {
            let name = format!("${place}");
            let told =
                format!("{}: another parameter comes before {name}: {}", statement.file, statement.sql);
            assert_eq!(prepared.parameter_name(place), Some(name.as_str()), "{told}");
        }
    }
}

#[tokio::test]
async fn postgres_understands_every_statement() {
    let mut database = engines::postgres("prepared").await;
    let mut wrong = Vec::new();
    for statement in sources::statements() {
        if let Err(error) = database.query(&format!("PREPARE statement AS {}", statement.sql)) {
            wrong.push(format!("{}: {error}: {}", statement.file, statement.sql));
        } else {
            database.run("DEALLOCATE statement");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn postgres_understands_every_statement_over_many_rows() {
    let mut database = engines::postgres("merged").await;
    let (mut merged, mut wrong) = (0, Vec::new());
    for statement in sources::statements() {
        database.run(&format!("PREPARE statement AS {}", statement.sql));
        let kinds = database
            .query("SELECT kind::text FROM pg_prepared_statements, unnest(parameter_types) AS kind")
            .expect("the kinds of its parameters");
        database.run("DEALLOCATE statement");
        let kinds: Vec<Type> = kinds.cells.into_iter().map(|row| kind(row[0].as_deref())).collect();
        let Some(many) = over_many_rows(&statement.sql, &kinds) else { continue };
        merged += 1;
        match database.query(&format!("PREPARE statement AS {many}")) {
            Ok(_) => database.run("DEALLOCATE statement"),
            Err(error) => wrong.push(format!("{}: {error}: {many}", statement.file)),
        }
    }
    assert!(merged > 40, "only {merged} statements go as one with their like");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn kind(name: Option<&str>) -> Type {
    match name {
        Some("bigint") => Type::INT8,
        Some("text") => Type::TEXT,
        other => panic!("{other:?} is no type of a column here"),
    }
}
