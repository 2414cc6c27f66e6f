//! The measurement of one unit: on each of the databases asked for, a new server with a new one, the load, then the ceiling
//! under the same load. As many runs as asked for, since one says little on a shared machine.

use std::path::Path;
use std::sync::Arc;

use crate::Options;
use crate::engine::{Engine, Engines};
use crate::figures::Figures;
use crate::measure::{self, Stage};
use crate::report::{self, Setting};
use crate::server::{Server, Setup};
use crate::units::Unit;

/// Measures and prints; how many units went wrong.
pub(crate) async fn all(unit: Arc<dyn Unit>, options: &Options, binary: &Path) -> anyhow::Result<u64> {
    let with_postgres = options.database.contains(&Engine::Postgres);
    anyhow::ensure!(
        options.nodes == 1 || with_postgres,
        "--nodes {} needs --database postgres: a file of SQLite's has one server",
        options.nodes
    );
    let engines = Engines::new(with_postgres, options.conditions.database_url.as_ref());
    let settings: Vec<Setting> =
        options.database.iter().map(|engine| setting(&unit, options, *engine)).collect();
    let mut runs = vec![Vec::new(); settings.len()];
    if !options.conditions.json {
        println!("{}, {} s", report::title(&settings), options.conditions.seconds);
        println!("{}", report::head());
    }
    for number in 1..=options.conditions.runs {
        for (of_one, setting) in runs.iter_mut().zip(&settings) {
            let figures = one(&unit, options, binary, &engines, *setting).await?;
            if !options.conditions.json {
                println!("{}", report::line(&report::name(*setting, &number.to_string()), &figures));
            }
            of_one.push(figures);
        }
    }
    for (of_one, setting) in runs.iter().zip(&settings) {
        if !options.conditions.json && of_one.len() > 1 {
            println!("{}", report::summary(*setting, of_one));
        }
    }
    for (of_one, setting) in runs.iter().zip(&settings) {
        println!("{}", report::json(*setting, of_one)?);
    }
    Ok(runs.iter().flatten().map(|run: &Figures| run.errors).sum())
}

fn setting(unit: &Arc<dyn Unit>, options: &Options, engine: Engine) -> Setting {
    Setting {
        unit: unit.name(),
        database: engine,
        connections: options.conditions.connections,
        nodes: if engine == Engine::Postgres { options.nodes } else { 1 },
        rate: Some(options.rate).filter(|rate| *rate > 0),
        program: None,
    }
}

async fn one(
    unit: &Arc<dyn Unit>,
    options: &Options,
    binary: &Path,
    engines: &Engines,
    setting: Setting,
) -> anyhow::Result<Figures> {
    let stage = Stage::new().await?;
    let database = engines.database(setting.database, setting.unit)?;
    let webhook_url = stage.webhook_url(unit);
    let webhook_url = webhook_url.as_deref();
    let setup = Setup {
        binary,
        database: &database,
        stub: stage.stub,
        webhook_url,
        nodes: setting.nodes,
        besides: "",
    };
    let server = Server::start(setup, stage.scratch.path()).await?;
    let figures = measure::at(unit, options.drive(), server, database.server()).await?;
    let (ceiling_per_second, wrong) = stage.ceiling(unit, options.drive()).await?;
    Ok(Figures { ceiling_per_second, errors: figures.errors + wrong, ..figures }.with_ratio())
}
