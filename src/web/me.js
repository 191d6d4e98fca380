// Shows what is kept about the person whose link this is, hands over what they correct or erase, and prints their hours,
// attestations and timesheets.
const texts = byId("own").dataset;
const [content, done] = ["content", "done"].map(byId);

// The fragment: the one part of an address that browsers keep to themselves.
const token = new URLSearchParams(location.hash.slice(1)).get("token");

function say(...sentences) {
  tell(problem, sentences);
  if (sentences.length > 0) problem.focus();
}

// The links that were shown, each with the name of its structure: kept while the page is open, and nowhere else.
const links = [];

// A sentence for each quantity that was counted.
function quantities({ minutes, participants }) {
  const parts = [];
  if (minutes !== null) {
    const hours = Math.trunc(Math.abs(minutes) / 60);
    parts.push(`${minutes < 0 ? "−" : ""}${hours} h ${String(Math.abs(minutes) % 60).padStart(2, "0")}`);
  }
  if (participants !== null) parts.push(`${participants} ${texts.participants}`);
  return parts.join(" · ");
}

function item(...lines) {
  const entry = document.createElement("li");
  lines.filter(Boolean).forEach((line, position) => {
    const part = document.createElement(position === 0 ? "strong" : "div");
    part.textContent = line;
    entry.append(part);
  });
  return entry;
}

function show(record) {
  const { person, structure, lines, skills, kept } = record;
  byId("structure").textContent = structure.email ? `${structure.name} (${structure.email})` : structure.name;
  byId("name").value = person.name;
  byId("pseudonym").checked = person.pseudonym;
  byId("contact").value = person.contact ?? "";
  byId("note").textContent = person.note ?? texts.nothing;
  byId("minor").hidden = !person.minor;
  byId("agreed").hidden = person.consents.length === 0;
  byId("lines").replaceChildren(
    ...lines.map((line) =>
      item(
        `${line.occurred_on} · ${line.category}`,
        [quantities(line.quantities), line.act === "correction" ? texts.correction : ""].filter(Boolean).join(" · "),
        [line.giver, line.receiver].filter(Boolean).join(" → "),
        line.note,
        ...line.words,
      ),
    ),
  );
  byId("no-lines").hidden = lines.length > 0;
  byId("skills").replaceChildren(...skills.map((skill) => item(skill.name, skill.description)));
  byId("no-skills").hidden = skills.length > 0;
  byId("kept").textContent = String(kept.person_months);
  const file = new Blob([JSON.stringify(record, null, 2)], { type: "application/json" });
  byId("download").href = URL.createObjectURL(file);
  content.hidden = false;
}

async function ask(what, wish, accept) {
  const response = await fetch(`/v1/me/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": language, Accept: accept },
    body: JSON.stringify(wish),
  });
  if (response.ok && accept === "text/html") return response.text();
  if (response.ok) return response.status === 204 ? {} : response.json();
  if (response.status === 401) {
    say(texts.wrongLink);
    return null;
  }
  say(...sentencesOf(await response.json(), (pointer) => pointer.slice(1)));
  return null;
}

async function attempt(what, wish, accept = "application/json") {
  say();
  try {
    return await ask(what, wish, accept);
  } catch {
    say(texts.unreachable);
    return null;
  }
}

byId("correct").addEventListener("submit", async (event) => {
  event.preventDefault();
  const contact = byId("contact").value.trim();
  const wish = { name: byId("name").value, pseudonym: byId("pseudonym").checked };
  const record = await attempt("correct", contact ? { token, ...wish, contact } : { token, ...wish });
  if (record) {
    show(record);
    byId("corrected").hidden = false;
    byId("corrected").focus();
  }
});

byId("sure").addEventListener("change", (event) => {
  byId("send-erase").disabled = !event.target.checked;
});

byId("erase").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!byId("sure").checked) return;
  if (await attempt("erase", { token, confirm: true })) {
    // The link is over: it need not stay in the history of a shared computer.
    history.replaceState(null, "", location.pathname);
    content.hidden = true;
    done.hidden = false;
    done.focus();
  }
});

// One more structure whose link is shown.
function shown(secret, structure) {
  links.push({ secret, structure });
  byId("shown").replaceChildren(...links.map((link) => item(link.structure)));
  for (const id of ["of", "sheet-of"]) {
    const option = (link, place) => new Option(link.structure, String(place));
    byId(id).replaceChildren(...links.map(option));
  }
}

// The page and the paper by turns: each has its own style.
function turn(toPaper) {
  byId("of-page").media = toPaper ? "not all" : "all";
  byId("of-paper").media = toPaper ? "all" : "not all";
  document.body.className = toPaper ? "report" : "";
  content.hidden = toPaper;
  document.querySelector("h1").hidden = toPaper;
  byId("printed").hidden = !toPaper;
  window.scrollTo(0, 0);
}

const title = document.title;

// Asks for a paper and shows it in the place of the page.
async function paper(what, wish) {
  const text = await attempt(what, wish, "text/html");
  if (!text) return;
  const page = new DOMParser().parseFromString(text, "text/html");
  byId("paper").replaceChildren(...page.querySelector("main").children);
  document.title = page.title;
  turn(true);
}

function dayAfter(day) {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

byId("see-hours").addEventListener("click", () => paper("hours", { tokens: links.map((link) => link.secret) }));

byId("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const typed = byId("link").value.trim();
  const secret = new URLSearchParams(typed.slice(typed.indexOf("#") + 1)).get("token") ?? typed;
  if (!secret || links.some((link) => link.secret === secret)) return;
  const hours = await attempt("hours", { tokens: [secret] });
  if (!hours) return;
  byId("link").value = "";
  shown(secret, hours.structures[0].name);
});

byId("attest").addEventListener("submit", (event) => {
  event.preventDefault();
  const { secret } = links[Number(byId("of").value)];
  paper("attestations", { token: secret, from: byId("from").value, until: dayAfter(byId("last").value) });
});

byId("timesheet").addEventListener("submit", (event) => {
  event.preventDefault();
  const { secret } = links[Number(byId("sheet-of").value)];
  paper("timesheet", { token: secret, year: Number(byId("year").value) });
});

byId("print").addEventListener("click", () => window.print());

byId("back").addEventListener("click", () => {
  document.title = title;
  turn(false);
});

async function begin() {
  if (!token) return say(texts.wrongLink);
  const record = await attempt("record", { token });
  if (!record) return;
  show(record);
  shown(token, record.structure.name);
  const today = new Date().toISOString().slice(0, 10);
  byId("from").value = `${today.slice(0, 4)}-01-01`;
  byId("last").value = today;
  byId("year").value = today.slice(0, 4);
}

begin();
