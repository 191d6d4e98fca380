// Shows what is kept about the person whose link this is, and hands over what they correct or erase.
"use strict";

const byId = (id) => document.getElementById(id);
const texts = byId("own").dataset;
const [problem, content, done] = ["problem", "content", "done"].map(byId);
const colon = document.documentElement.lang === "fr" ? "\u00a0: " : ": ";

// The fragment: the one part of an address that browsers keep to themselves.
const token = new URLSearchParams(location.hash.slice(1)).get("token");

function say(...sentences) {
  problem.replaceChildren(
    ...sentences.filter(Boolean).map((sentence) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = sentence;
      return paragraph;
    }),
  );
  problem.hidden = sentences.length === 0;
  if (sentences.length > 0) problem.focus();
}

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

async function ask(what, more) {
  const response = await fetch(`/v1/me/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
    body: JSON.stringify({ token, ...more }),
  });
  if (response.ok) return response.status === 204 ? {} : response.json();
  if (response.status === 401) {
    content.hidden = true;
    say(texts.wrongLink);
    return null;
  }
  const answer = await response.json();
  const wrong = (answer.errors ?? []).map(({ pointer, message }) => {
    const label = document.querySelector(`label[for="${pointer.slice(1)}"]`);
    return (label ? label.textContent : pointer) + colon + message;
  });
  say(answer.title, ...(wrong.length > 0 ? wrong : [answer.detail]));
  return null;
}

async function attempt(what, more) {
  say();
  try {
    return await ask(what, more);
  } catch {
    say(texts.unreachable);
    return null;
  }
}

byId("correct").addEventListener("submit", async (event) => {
  event.preventDefault();
  const contact = byId("contact").value.trim();
  const wish = { name: byId("name").value, pseudonym: byId("pseudonym").checked };
  const record = await attempt("correct", contact ? { ...wish, contact } : wish);
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
  if (await attempt("erase", { confirm: true })) {
    // The link is over: it need not stay in the history of a shared computer.
    history.replaceState(null, "", location.pathname);
    content.hidden = true;
    done.hidden = false;
    done.focus();
  }
});

async function begin() {
  if (!token) return say(texts.wrongLink);
  const record = await attempt("record", {});
  if (record) show(record);
}

begin();
