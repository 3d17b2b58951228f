/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.CostEstimate;
import dev.marquetry.CostItem;
import dev.marquetry.MergeRequest;
import dev.marquetry.Resource;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.examples.CompareOptions.Kept;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What each tier would take for each of some merges, and what that comes to.
 *
 * @param tiers in the order in which they would be tried
 * @param kept what stays in Cloud Storage between runs, in one version
 */
record Comparison(List<Tier> tiers, List<Merge> merges, int runsPerMonth, Set<Kept> kept) {
    private static final BigDecimal BYTES_PER_GIB = BigDecimal.valueOf(1L << 30);
    private static final BigDecimal MONTHS = BigDecimal.valueOf(12);
    private static final int DECIMALS = 6;

    /**
     * One merge.
     *
     * @param estimates one by each tier, none if there are problems
     * @param problems why no tier will merge it
     */
    record Merge(String name, List<CostEstimate> estimates, List<String> problems) {
        static Merge of(String name, MergeRequest request, List<Tier> tiers) {
            List<CostEstimate> estimates = new ArrayList<>();
            for (Tier tier : tiers) {
                CostEstimate estimate = estimate(tier, request);
                if (!estimate.inputProblems().isEmpty()) {
                    return bad(name, estimate.inputProblems());
                }
                estimates.add(estimate);
            }
            return new Merge(name, estimates, List.of());
        }

        static Merge bad(String name, List<String> problems) {
            return new Merge(name, List.of(), problems);
        }

        /** A tier that can not be asked is one that can not serve. */
        private static CostEstimate estimate(Tier tier, MergeRequest request) {
            try {
                return tier.strategy().estimate(request);
            } catch (StrategyUnavailableException e) {
                return CostEstimate.by(tier.strategy().name())
                        .refusal(String.valueOf(e.getMessage()))
                        .build();
            }
        }
    }

    /** How a tier and a merge go together. */
    enum Verdict {
        FITS("fits"),
        BREACHES("breaches a limit"),
        CANNOT_SERVE("can not serve");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        static Verdict of(CostEstimate estimate) {
            if (estimate.fits()) {
                return FITS;
            }
            return estimate.refusals().isEmpty() ? BREACHES : CANNOT_SERVE;
        }

        String words() {
            return words;
        }
    }

    /**
     * Dollars.
     *
     * @param run for one run of all merges
     * @param keptMonth for what is kept, a month
     * @param month for all runs of a month and what is kept
     * @param year for twelve such months
     */
    record Money(BigDecimal run, BigDecimal keptMonth, BigDecimal month, BigDecimal year) {}

    /** Returns the merges that no tier will do. */
    List<Merge> bad() {
        return merges.stream().filter(merge -> !merge.problems().isEmpty()).toList();
    }

    /** Returns the merges that were compared. */
    List<Merge> good() {
        return merges.stream().filter(merge -> merge.problems().isEmpty()).toList();
    }

    /** Returns for how many merges {@code tier} has {@code verdict}. */
    int count(int tier, Verdict verdict) {
        return (int) good().stream()
                .filter(merge -> Verdict.of(merge.estimates().get(tier)) == verdict)
                .count();
    }

    /** Returns what {@code tier} takes for all merges that it could serve: of memory the most of one, of all else the sum. */
    Map<Resource, Long> amounts(int tier) {
        Map<Resource, Long> amounts = new EnumMap<>(Resource.class);
        for (CostEstimate estimate : served(tier)) {
            for (Resource resource : Resource.values()) {
                boolean isSpace = resource == Resource.MEMORY || resource == Resource.SYSTEM_MEMORY;
                estimate.amount(resource)
                        .ifPresent(amount -> amounts.merge(resource, amount, isSpace ? Math::max : Long::sum));
            }
        }
        return amounts;
    }

    /** Returns what {@code tier} costs for all merges that it could serve. */
    Money money(int tier) {
        return money(sum(served(tier)));
    }

    /** Returns what each item of {@code tier} costs in one run of all merges that it could serve. */
    Map<String, BigDecimal> items(int tier) {
        Map<String, BigDecimal> items = new LinkedHashMap<>();
        for (CostEstimate estimate : served(tier)) {
            for (CostItem item : estimate.costItems()) {
                items.merge(item.name(), item.dollars(), BigDecimal::add);
            }
        }
        return items;
    }

    /** Returns what it costs to do each merge by the first tier that it fits, as a fallback would. */
    Money inOrder() {
        List<CostEstimate> chosen = new ArrayList<>();
        good().forEach(merge -> merge.estimates().stream()
                .filter(CostEstimate::fits)
                .findFirst()
                .ifPresent(chosen::add));
        return money(sum(chosen));
    }

    /** Returns how many merges fit {@code tier} and none before it; of the number of tiers, how many fit none. */
    int first(int tier) {
        int count = 0;
        for (Merge merge : good()) {
            int first = 0;
            while (first < tiers.size() && !merge.estimates().get(first).fits()) {
                first++;
            }
            count += first == tier ? 1 : 0;
        }
        return count;
    }

    /** Returns what is paid, of the first tier that is paid for. */
    Optional<Tier.Prices> prices() {
        return tiers.stream().flatMap(tier -> tier.prices().stream()).findFirst();
    }

    /** Returns the bytes that are kept: of outputs the least that a tier would write for them. */
    long keptBytes() {
        long bytes = 0;
        for (Merge merge : good()) {
            if (kept.contains(Kept.INPUTS)) {
                bytes += merge.estimates().get(0).inputBytes();
            }
            if (kept.contains(Kept.OUTPUTS)) {
                bytes += merge.estimates().stream()
                        .flatMapToLong(estimate -> estimate.amount(Resource.DISK).stream())
                        .min()
                        .orElse(0);
            }
        }
        return bytes;
    }

    private List<CostEstimate> served(int tier) {
        return good().stream()
                .map(merge -> merge.estimates().get(tier))
                .filter(estimate -> estimate.refusals().isEmpty())
                .toList();
    }

    private static BigDecimal sum(List<CostEstimate> estimates) {
        return estimates.stream().map(CostEstimate::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private Money money(BigDecimal run) {
        BigDecimal keptMonth = prices().map(Tier.Prices::storedGibMonth)
                .orElse(BigDecimal.ZERO)
                .multiply(BigDecimal.valueOf(keptBytes()))
                .divide(BYTES_PER_GIB, DECIMALS, RoundingMode.HALF_UP);
        BigDecimal month = run.multiply(BigDecimal.valueOf(runsPerMonth)).add(keptMonth);
        return new Money(run, keptMonth, month, month.multiply(MONTHS));
    }
}
