//! The server as people run it: a process of its own, watched from outside.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Failure;
use crate::client::Client;
use crate::memory::kib;

/// How long it may take to start.
const START_MAX: Duration = Duration::from_mins(1);
const ASK_AGAIN: Duration = Duration::from_millis(5);

/// A running server, ended when it is dropped.
pub struct Server {
    process: Child,
    /// Where it listens.
    pub address: String,
    /// How long it took until it answered.
    pub started_in: Duration,
}

impl Server {
    /// Starts the program of this build on a database.
    pub async fn start(database: &Path) -> Result<Self, Failure> {
        // Given back at once, so that the server can take it.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let begun = Instant::now();
        let process = Command::new(env!("CARGO_BIN_EXE_navette"))
            .args(["serve", "--listen", &address, "--rate-limit", "off", "--log", "error", "--database"])
            .arg(database)
            .stdout(Stdio::null())
            .spawn()?;
        let mut server = Self { process, address, started_in: Duration::ZERO };
        while begun.elapsed() < START_MAX {
            if let Ok(mut client) = Client::connect(&server.address).await
                && client.ask("GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n").await.is_ok()
            {
                server.started_in = begun.elapsed();
                return Ok(server);
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
        Err("the server did not start".into())
    }

    /// The most memory that it held since it was last forgotten, in KiB; none where the system does not tell.
    pub fn peak_kib(&self) -> Option<u64> {
        kib(&self.process.id().to_string(), "VmHWM")
    }

    /// Forgets the most memory held so far.
    pub fn forget_peak(&self) {
        let _left_as_it_is = std::fs::write(format!("/proc/{}/clear_refs", self.process.id()), "5");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _was_over = self.process.kill();
        let _was_over = self.process.wait();
    }
}

/// Runs a command of the program to its end: how long it took, and the most memory that it held.
pub fn command(arguments: &[&str], database: &Path) -> Result<(Duration, Option<u64>), Failure> {
    let begun = Instant::now();
    let mut process = Command::new(env!("CARGO_BIN_EXE_navette"))
        .args(arguments)
        .arg("--database")
        .arg(database)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let mut peak = None;
    loop {
        peak = kib(&process.id().to_string(), "VmHWM").or(peak);
        if let Some(status) = process.try_wait()? {
            let took = begun.elapsed();
            return if status.success() { Ok((took, peak)) } else { Err(format!("{arguments:?}: {status}").into()) };
        }
        std::thread::sleep(ASK_AGAIN);
    }
}
