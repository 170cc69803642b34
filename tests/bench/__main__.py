"""`python -m tests.bench [--quick] [NAME …]`: how fast things are here, each beside what one would use instead."""

import click

from tests.bench import corrections, delivery, extract, search, sources

BENCHES = {
    "delivery": delivery.run,
    "corrections": corrections.run,
    "extract": extract.run,
    "search": search.run,
    "sources": sources.run,
}


@click.command()
@click.option("--quick", is_flag=True, help="A short run with fewer repetitions and smaller figures.")
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHES)))
def main(quick: bool, names: tuple[str, ...]) -> None:
    """Run the benchmarks named, or all."""
    for name in names or BENCHES:
        BENCHES[name](quick)
        click.echo()


if __name__ == "__main__":  # not in the processes that a benchmark starts
    main()
