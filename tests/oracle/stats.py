"""Probability of improvement against scipy.stats.mannwhitneyu, means below a target against scipy.stats.ttest_1samp and norm, paired differences
against scipy.stats.sem, and every interval (of these, of a mean,
of a best rate) against NumPy: once draw by draw with a transcription of the generator, and once with NumPy's own generator, within the spread
of a bootstrap."""
import subprocess
import sys

try:
    import numpy as np
    from scipy.stats import mannwhitneyu, norm, sem, ttest_1samp
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

MASK = (1 << 64) - 1


class MersenneTwister64:
    """Nishimura and Matsumoto's 64-bit generator, transcribed from their mt19937-64.c of 2004."""

    def __init__(self, seed):
        self.state = [seed & MASK]
        for i in range(1, 312):
            before = self.state[-1]
            self.state.append((6364136223846793005 * (before ^ (before >> 62)) + i) & MASK)
        self.index = 312

    def next(self):
        if self.index == 312:
            state = self.state
            for i in range(312):
                x = (state[i] & 0xFFFFFFFF80000000) | (state[(i + 1) % 312] & 0x7FFFFFFF)
                state[i] = state[(i + 156) % 312] ^ (x >> 1) ^ (0xB5026F5AA96619E9 if x & 1 else 0)
            self.index = 0
        x = self.state[self.index]
        self.index += 1
        x ^= (x >> 29) & 0x5555555555555555
        x ^= (x << 17) & 0x71D67FFFEDA60000
        x ^= (x << 37) & 0xFFF7EEE000000000
        return x ^ (x >> 43)

    def below(self, count):
        limit = MASK - MASK % count
        while True:
            draw = self.next()
            if draw < limit:
                return draw % count


def probability(left, right):
    """U over the number of pairs; `left` wins with the smaller loss, hence the sides are swapped. axis -1 holds the losses."""
    return mannwhitneyu(right, left, axis=-1, method="asymptotic").statistic / (left.shape[-1] * right.shape[-1])


def ask(program, calls):
    lines = []
    for seed, resamples, left, right in calls:
        lines.append(" ".join([str(seed), str(resamples), str(len(left)), *map(repr, map(float, left)), str(len(right)), *map(repr, map(float, right))]))
    answer = subprocess.run([program], input="\n".join(lines), capture_output=True, text=True, check=True).stdout
    return [[float(word) for word in line.split()] for line in answer.splitlines()]


def paired_by_numpy(seed, resamples, left, right):
    """Mean, standard error and interval of left less right at equal places; the interval of the better of the two, called 1 and 2."""
    shared = min(len(left), len(right))
    differences = left[:shared] - right[:shared]
    engine = MersenneTwister64(seed)
    draws = np.array([[engine.below(shared) for _ in range(shared)] for _ in range(resamples)])
    low, high = np.percentile(differences[draws].mean(axis=1), [2.5, 97.5])
    best = np.where(left[draws].sum(axis=1) <= right[draws].sum(axis=1), 1, 2)
    rates = np.percentile(best, 2.5, method="lower"), np.percentile(best, 97.5, method="higher")
    return [differences.mean(), sem(differences), low, high, *rates]


def main():
    program = sys.argv[1]
    random = np.random.default_rng(5)
    calls = []
    for n, m in [(2, 2), (2, 3), (3, 3), (5, 4), (6, 6), (10, 7), (20, 30)]:
        for shift in (0, 0.05, 0.5):
            left, right = random.normal(1.8, 0.05, n), random.normal(1.8 + shift, 0.08, m)
            calls.append((int(random.integers(2**62)), 400, left, right))
            calls.append((int(random.integers(2**62)), 400, np.round(left, 1), np.round(right, 1)))  # ties
    calls.append((1, 400, np.array([1.7, np.inf, 1.8]), np.array([1.75, 1.9, np.inf, np.inf])))
    failures, worst, worst_p = 0, 0.0, 0.0
    for (seed, resamples, left, right), (p, low, high, mean_low, mean_high, *paired, p_t, p_normal) in zip(calls, ask(program, calls), strict=True):
        if np.isfinite(left).all() and np.isfinite(right[0]):
            by_t = ttest_1samp(left, right[0], alternative="less").pvalue
            by_normal = norm.cdf((left.mean() - right[0]) * np.sqrt(len(left)) / 0.05)
            for found, expected in ((p_t, by_t), (p_normal, by_normal)):
                if np.isnan(expected):
                    failures += not np.isnan(found)
                    continue
                worst_p = max(worst_p, abs(found - expected) / max(expected, 1e-300))
                failures += not np.isclose(found, expected, rtol=1e-9, atol=0)
        if np.isfinite(left).all() and np.isfinite(right).all():
            expected = paired_by_numpy(seed, resamples, left, right)
            failures += not np.abs(np.array(expected) - paired).max() < 1e-12
        left, right = np.sort(left), np.sort(right)
        engine = MersenneTwister64(seed)
        draws = [(left[[engine.below(len(left)) for _ in left]], right[[engine.below(len(right)) for _ in right]]) for _ in range(resamples)]
        resampled = probability(np.array([a for a, _ in draws]), np.array([b for _, b in draws]))
        expected = [probability(left, right), *np.percentile(resampled, [2.5, 97.5])]
        error = np.abs(np.array(expected) - [p, low, high]).max()
        worst = max(worst, error)
        failures += not error < 1e-12
    print(f"{len(calls)} groups, U / (n m) and its bootstrap draw by draw: largest difference {worst:.1e}; paired differences and best rates alike")
    print(f"means below a target: largest relative difference of p {worst_p:.1e}")

    # Another generator: the share of NumPy's resamples below each bound must be what a bound at 2.5 % or 97.5 % has.
    calls = [call for call in calls if len(call[2]) >= 6 and np.isfinite(call[2]).all()]
    calls = [(seed, 10000, left, right) for seed, _, left, right in calls]
    for (_, resamples, left, right), (p, low, high, mean_low, mean_high, *_) in zip(calls, ask(program, calls), strict=True):
        lefts, rights = random.choice(left, (20000, len(left))), random.choice(right, (20000, len(right)))
        for values, bounds in ((probability(lefts, rights), (low, high)), (lefts.mean(axis=1), (mean_low, mean_high))):
            for bound, share in zip(bounds, (0.025, 0.975)):
                tolerance = 4 * np.sqrt(0.025 * 0.975 * (1 / resamples + 1 / 20000))
                strictly, at_most = (values < bound - 1e-9).mean(), (values <= bound + 1e-9).mean()
                failures += not (strictly - tolerance <= share <= at_most + tolerance)
    print(f"{len(calls)} groups, both intervals against NumPy's generator; {failures} disagreements in all")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
