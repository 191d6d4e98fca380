//! Ten thousand slow clients against a server held to 128 MiB, and somebody who asks throughout whether it is well.
//!
//! `cargo bench --bench slow`, or `-- --quick` with five hundred. Ends with an error when a question stays unanswered or
//! the memory is exceeded; asserts no times. As root on Linux the server runs in a memory group of 128 MiB, else its
//! peak is only read.

#[cfg(target_os = "linux")]
#[path = "common/memory.rs"]
mod memory;

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    slow::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("left out: memory groups and peaks are read as Linux tells them");
}

#[cfg(target_os = "linux")]
mod slow {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command, Stdio};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::time::{Duration, Instant};

    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpSocket, TcpStream};
    use tokio::time::{sleep, timeout};

    use crate::memory::kib;

    type Failure = Box<dyn std::error::Error + Send + Sync>;

    /// Bytes the server may have.
    const MEMORY_BYTES_MAX: u64 = 128 << 20;
    /// Clients that are slow, and for how many seconds after all have come.
    const ALL: (usize, u64) = (10_000, 30);
    const QUICK: (usize, u64) = (500, 8);
    /// Between two bytes of a slow client.
    const DRIBBLE: Duration = Duration::from_secs(1);
    /// Between two questions whether the server is well, each on a connection of its own.
    const ASK_AGAIN: Duration = Duration::from_millis(100);
    /// A question not answered by then is unanswered.
    const UNANSWERED: Duration = Duration::from_secs(30);
    /// Addresses of this machine from which slow clients come: one has too few ports.
    const ADDRESSES: usize = 8;
    /// Descriptors for everything else.
    const OTHERS: u64 = 256;

    /// What slow clients do.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Kind {
        /// Send headers byte by byte.
        Head,
        /// Send almost as many headers as they may, and the last ones byte by byte.
        FatHead,
        /// Send a body byte by byte.
        Body,
        /// Ask for much, and take nothing of it.
        NeverRead,
    }
    const KINDS: [Kind; 4] = [Kind::Head, Kind::FatHead, Kind::Body, Kind::NeverRead];

    /// What slow clients count.
    #[derive(Default)]
    struct Count {
        open: AtomicUsize,
        most: AtomicUsize,
        cut_off: AtomicUsize,
        over: AtomicBool,
    }

    pub fn main() -> Result<(), Failure> {
        let quick = std::env::args().any(|argument| argument == "--quick");
        let (wanted, seconds) = if quick { QUICK } else { ALL };
        let connections = wanted.min(room(wanted)?);
        if connections < wanted {
            println!("only {connections} connections: this machine lets a process open no more files");
        }
        tokio::runtime::Runtime::new()?.block_on(run(connections, seconds))
    }

    /// Connections for which this process may open files, once its limit is raised. The server inherits the limit.
    fn room(wanted: usize) -> Result<usize, Failure> {
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let needed = wanted as u64 + OTHERS;
        if current.is_some_and(|present| present < needed) {
            let raised = maximum.map_or(needed, |most| most.min(needed));
            setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum })?;
        }
        let open = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        Ok(usize::try_from(open.saturating_sub(OTHERS)).unwrap_or(usize::MAX))
    }

    async fn run(connections: usize, seconds: u64) -> Result<(), Failure> {
        let folder = tempfile::tempdir()?;
        let mut server = Server::start(folder.path())?;
        server.ready().await?;
        let count = Arc::new(Count::default());
        let asking = tokio::spawn(ask(server.address, Arc::clone(&count)));
        let begun = Instant::now();
        let mut clients = Vec::with_capacity(connections);
        for number in 0..connections {
            clients.push(tokio::spawn(client(server.address, number, Arc::clone(&count))));
            if number % 50 == 49 {
                sleep(Duration::from_millis(5)).await;
            }
        }
        sleep(Duration::from_secs(seconds)).await;
        let took = begun.elapsed();
        count.over.store(true, Ordering::Relaxed);
        let mut answers = asking.await?;
        for client in clients {
            client.abort();
        }
        let peak = server.peak_bytes()?;
        answers.sort_unstable();
        let unanswered = answers.iter().filter(|took| took.is_none()).count();
        let answered: Vec<Duration> = answers.into_iter().flatten().collect();
        let at = |hundredths: usize| answered[(answered.len() - 1) * hundredths / 100].as_millis();
        println!("| what | figure |\n| --- | --- |");
        println!("| slow clients connected, at most at once | {} |", count.most.load(Ordering::Relaxed));
        println!(
            "| … cut off by the server in {} s, and opened again | {} |",
            took.as_secs(),
            count.cut_off.load(Ordering::Relaxed)
        );
        println!("| questions whether it is well: answered, unanswered | {}, {unanswered} |", answered.len());
        println!("| … answered within (half, 99 of 100, all) | {}, {}, {} ms |", at(50), at(99), at(100));
        println!("| memory at its peak | {}.{} MiB |", peak >> 20, ((peak % (1 << 20)) * 10) >> 20);
        println!("| … held to | {} |", server.hold);
        if unanswered > 0 || peak > MEMORY_BYTES_MAX {
            return Err("the server did not hold out".into());
        }
        Ok(())
    }

    /// Asks until it is over, each time on a new connection, and tells how long each answer took.
    async fn ask(server: SocketAddr, count: Arc<Count>) -> Vec<Option<Duration>> {
        let mut answers = Vec::new();
        while !count.over.load(Ordering::Relaxed) {
            let begun = Instant::now();
            let well = timeout(UNANSWERED, is_well(server)).await.is_ok_and(|well| well.unwrap_or(false));
            answers.push(well.then(|| begun.elapsed()));
            sleep(ASK_AGAIN).await;
        }
        answers
    }

    async fn is_well(server: SocketAddr) -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(server).await?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(answer.starts_with(b"HTTP/1.1 200"))
    }

    /// A slow client, which comes back whenever it is cut off.
    async fn client(server: SocketAddr, number: usize, count: Arc<Count>) {
        let from = Ipv4Addr::new(127, 0, 0, 2 + u8::try_from(number % ADDRESSES).unwrap_or(0));
        loop {
            let Ok(stream) = connected(server, from).await else {
                sleep(DRIBBLE).await;
                continue;
            };
            let open = count.open.fetch_add(1, Ordering::Relaxed) + 1;
            count.most.fetch_max(open, Ordering::Relaxed);
            let _cut_off = dribble(stream, KINDS[number % KINDS.len()]).await;
            count.open.fetch_sub(1, Ordering::Relaxed);
            count.cut_off.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn connected(server: SocketAddr, from: Ipv4Addr) -> std::io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        // Little room for answers, so that the server has to keep them.
        socket.set_recv_buffer_size(4096)?;
        socket.bind(SocketAddr::from((from, 0)))?;
        socket.connect(server).await
    }

    async fn dribble(mut stream: TcpStream, kind: Kind) -> std::io::Result<()> {
        let fat = format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: {}", "x".repeat(7_500));
        let begin = match kind {
            Kind::Head => "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ",
            Kind::FatHead => &fat,
            Kind::Body => {
                "POST /v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
            }
            Kind::NeverRead => "GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n",
        };
        stream.write_all(begin.as_bytes()).await?;
        loop {
            sleep(DRIBBLE).await;
            let more: &[u8] = if kind == Kind::NeverRead { begin.as_bytes() } else { b"x" };
            // A client that is cut off learns it by writing.
            stream.write_all(more).await?;
        }
    }

    /// The server under test, and what holds its memory.
    struct Server {
        address: SocketAddr,
        process: Child,
        group: Option<PathBuf>,
        hold: String,
    }

    impl Server {
        fn start(folder: &Path) -> Result<Self, Failure> {
            let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
            let group = memory_group();
            let hold = group.as_ref().map_or_else(
                || "nothing: no memory group could be made here, so the peak is only read".to_owned(),
                |_| "128 MiB by a memory group".to_owned(),
            );
            // The shell enters the group, and becomes the server.
            let join = group
                .as_ref()
                .map_or_else(String::new, |group| format!("echo $$ > '{}/cgroup.procs' && ", group.display()));
            let process = Command::new("sh")
                .arg("-c")
                .arg(format!("{join}exec \"$0\" \"$@\""))
                .arg(env!("CARGO_BIN_EXE_navette"))
                .args(["--log", "error", "--database"])
                .arg(folder.join("slow.db"))
                .args(["serve", "--rate-limit", "off", "--listen", &address.to_string()])
                .stdout(Stdio::null())
                .spawn()?;
            Ok(Self { address, process, group, hold })
        }

        async fn ready(&mut self) -> Result<(), Failure> {
            for _ in 0..600 {
                if is_well(self.address).await.unwrap_or(false) {
                    return Ok(());
                }
                if self.process.try_wait()?.is_some() {
                    return Err("the server ended".into());
                }
                sleep(Duration::from_millis(50)).await;
            }
            Err("the server does not begin".into())
        }

        /// The most memory it ever had (`VmHWM`).
        fn peak_bytes(&mut self) -> Result<u64, Failure> {
            if let Some(status) = self.process.try_wait()? {
                return Err(format!("the server ended: {status}").into());
            }
            Ok(kib(&self.process.id().to_string(), "VmHWM").ok_or("no VmHWM")? * 1024)
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            let _ended = self.process.kill();
            let _waited = self.process.wait();
            if let Some(group) = &self.group {
                let _removed = std::fs::remove_dir(group);
            }
        }
    }

    /// A memory group of this run, if the system lets us make one: of either version of control groups.
    fn memory_group() -> Option<PathBuf> {
        let name = format!("navette-slow-{}", std::process::id());
        let bytes = MEMORY_BYTES_MAX.to_string();
        for (root, limit) in [("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")] {
            let group = Path::new(root).join(&name);
            if std::fs::create_dir(&group).is_err() {
                continue;
            }
            if std::fs::write(group.join(limit), &bytes).is_ok() {
                return Some(group);
            }
            let _removed = std::fs::remove_dir(&group);
        }
        None
    }
}
