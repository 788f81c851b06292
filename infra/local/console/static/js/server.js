// The one way to the console's server; every answer is JSON.
const token = document.querySelector('meta[name="duebridge-token"]').content;

async function answered(response) {
  const told = await response.json();
  if (!response.ok) throw new Error(told.error);
  return told;
}

export async function ask(path, parameters = {}) {
  return answered(await fetch(`${path}?${new URLSearchParams(parameters)}`));
}

export async function tell(path, body) {
  return answered(
    await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-DueBridge-Token": token },
      body: JSON.stringify(body),
    }),
  );
}
