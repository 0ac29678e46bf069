/** A name as a stranger may see it: 张三 → 张*, 张小三 → 张*三, one star per hidden character. The server masks too. */
export function maskName(name) {
  const letters = [...(name ?? "").trim()];
  if (letters.length < 2) return letters.join("");
  const last = letters.length > 2 ? letters.at(-1) : "";
  return letters[0] + "*".repeat(letters.length - 1 - (last ? 1 : 0)) + last;
}
