// Asks whether the code of an attestation is good, and whether what is printed beside it is what was printed.
const texts = byId("check").dataset;
const answer = byId("answer");

// A day more or less, for a period ends on the day after the last that is printed.
function shifted(day, days) {
  const moved = new Date(`${day}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return Number.isNaN(moved.getTime()) ? "" : moved.toISOString().slice(0, 10);
}

// What a telephone scanned off the paper stands in the fragment, which browsers keep to themselves.
function fill() {
  const scanned = new URLSearchParams(location.hash.slice(1));
  for (const name of ["code", "name", "structure", "from"]) byId(name).value = scanned.get(name) ?? "";
  byId("last").value = scanned.has("until") ? shifted(scanned.get("until"), -1) : "";
  const minutes = Number.parseInt(scanned.get("minutes") ?? "", 10);
  byId("hours").value = Number.isNaN(minutes) ? "" : Math.trunc(minutes / 60);
  byId("minutes").value = Number.isNaN(minutes) ? "" : minutes % 60;
  byId("beside").open = scanned.has("name");
  byId("scanned").hidden = !scanned.has("code");
}

// Only what was typed: all of what stands beside the code, or the server says what is missing.
function typed() {
  const wish = { code: byId("code").value };
  for (const name of ["name", "structure", "from"]) if (byId(name).value.trim()) wish[name] = byId(name).value;
  if (byId("last").value) wish.until = shifted(byId("last").value, 1);
  const [hours, minutes] = ["hours", "minutes"].map((name) => byId(name).value);
  if (hours || minutes) wish.minutes = Number(hours) * 60 + Number(minutes);
  return wish;
}

function say(element, ...sentences) {
  tell(element, sentences);
  if (sentences.length > 0) element.focus();
}

function verdict({ valid, matches }) {
  if (!valid) return say(problem, texts.unknown);
  if (matches === false) return say(problem, texts.valid, texts.differs);
  say(answer, texts.valid, matches ? texts.matches : texts.codeOnly);
}

byId("check").addEventListener("submit", async (event) => {
  event.preventDefault();
  say(problem);
  say(answer);
  try {
    const response = await fetch("/v1/attestations/check", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": language },
      body: JSON.stringify(typed()),
    });
    const told = await response.json();
    if (response.ok) return verdict(told);
    say(problem, ...sentencesOf(told, (pointer) => ({ "/until": "last" })[pointer] ?? pointer.slice(1)));
  } catch {
    say(problem, texts.unreachable);
  }
});

window.addEventListener("hashchange", fill);
fill();
