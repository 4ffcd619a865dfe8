import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createInterface } from "node:readline";

/** A mail as it came: whom the envelope named, and its lines up to the end. */
export type Received = Readonly<{ from: string; to: string; lines: readonly string[] }>;

/** A mail server as far as RFC 5321 asks of one that takes mail. `answer` is what it says to a sender, «250» to take it. */
export async function openMailbox() {
  const received: Received[] = [];
  const mailbox = { url: "", received, answer: "250 bien", close: () => void server.close() };
  const server = createServer((socket) => {
    let lines: string[] | null = null;
    const envelope = { from: "", to: "" };
    // A client that goes away in mid-mail is its own affair.
    socket.on("error", () => socket.destroy());
    socket.write("220 correo\r\n");
    createInterface({ input: socket }).on("line", (line) => {
      if (lines !== null) {
        if (line !== ".") return void lines.push(line);
        received.push({ ...envelope, lines });
        lines = null;
        return void socket.write("250 bien\r\n");
      }
      const [, name = ""] = /<(.*)>/.exec(line) ?? [];
      if (line.startsWith("MAIL")) envelope.from = name;
      if (line.startsWith("RCPT")) envelope.to = name;
      if (line === "DATA") lines = [];
      socket.write(`${line === "DATA" ? "354 siga" : line.startsWith("MAIL") ? mailbox.answer : "250 bien"}\r\n`);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  mailbox.url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return mailbox;
}
