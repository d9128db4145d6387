"""The figures for people."""

from talk import say


def page(result):
    say()
    for name, value in result["machine"].items():
        say(f"{name:16} {', '.join(value) if isinstance(value, list) else value}")
    scale = " before, ".join(f"{scale:.2f}" for scale in result["scaling"])
    if scale:
        say(f"scaling          {scale} after; time taken by other guests: {result['steal s']:.1f} s")
    say()
    say(f"{'command':76} {'median s':>9} {'min':>8} {'max':>8} {'user':>7} {'sys':>6} {'MiB':>6} {'others':>6}")
    for job in result["commands"]:
        say(f"{job['command']:76} {job['median s']:9.4f} {job['min s']:8.4f} {job['max s']:8.4f} {job['user s']:7.2f}"
            f" {job['sys s']:6.2f} {job['peak MiB']:6.1f} {job['others']:6.0%}")
    floor = result["floor of peak MiB"]
    say(f"(peak memory below {floor:.0f} MiB shows as {floor:.0f}; others: what other programs took of the processors)")
    say()
    for row in result["rows"]:
        word = {True: "holds", False: "DOES NOT HOLD", None: f"not judged ({row['not judged because']})"}[row["holds"]]
        spread = (f" (rounds {row['spread'][0]:.2f}-{row['spread'][1]:.2f}, their median {row['median of rounds']:.2f})"
                  if row["spread"] else "")
        target = f", target {'≥' if row['at least'] else '≤'} {row['target']}: {word}" if row["target"] else ", no target"
        say(f"{row['work']}\n    {'against ' + row['against'] + ': ' if row['against'] else ''}"
            f"{row['figure']:.2f}{spread} {row['unit']}{target}")


def instructions_page(result):
    say()
    for row in result["instructions"]:
        say(f"{row['work']:56} {row['total']:>15,} instructions, {row['each']:>9,.0f} {row['unit']}")
