//! TLS to a PostgreSQL server: its certificate must be good for the host's name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::super::fault::{Fault, FaultKind};

/// What makes connections secure: believing the authorities in that file, or else those of this machine.
///
/// # Errors
/// The file cannot be read or holds no certificate.
pub(super) fn connector(authorities: Option<&PathBuf>) -> Result<MakeRustlsConnect, Fault> {
    let broken = |error: rustls::Error| Fault::new(format!("TLS cannot be set up: {error}"));
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(broken)?;
    let config = match authorities {
        Some(file) => builder.with_root_certificates(read(file)?).with_no_client_auth(),
        None => builder.with_platform_verifier().map_err(broken)?.with_no_client_auth(),
    };
    Ok(MakeRustlsConnect::new(config))
}

fn read(file: &Path) -> Result<RootCertStore, Fault> {
    let wrong = |why: String| Fault::of(FaultKind::Refused, format!("sslrootcert={}: {why}", file.display()));
    let mut authorities = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| wrong(error.to_string()))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        authorities.add(certificate).map_err(|error| wrong(error.to_string()))?;
    }
    if authorities.is_empty() { Err(wrong("it holds no certificate".to_owned())) } else { Ok(authorities) }
}
