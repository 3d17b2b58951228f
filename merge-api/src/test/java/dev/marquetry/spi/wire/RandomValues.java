/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi.wire;

import dev.marquetry.Attempt;
import dev.marquetry.CostEstimate;
import dev.marquetry.CostItem;
import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.FileMoves;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.OutcomeUnknownException;
import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.ResourceSample;
import dev.marquetry.StrategyUnavailableException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Makes any value that can go over the wire, odd texts and largest numbers included. */
final class RandomValues {
    private static final String[] ODD = {
        "", "a", "\"", "\\", "\n", "\r", "\t", "\u0000", "\u007f", "ü", "猫", "😀", "\ud83d", "/", "{", ",", "null",
        "\u2028"
    };

    private final SplittableRandom random;

    RandomValues(long seed) {
        random = new SplittableRandom(seed);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(ODD[random.nextInt(ODD.length)]);
        }
        return text.toString();
    }

    private String name() {
        return "n" + text();
    }

    long number() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE;
            default -> random.nextInt(1000);
        };
    }

    private long bytes() {
        return number() >>> 1;
    }

    private int count() {
        return random.nextInt(4) == 0 ? Integer.MAX_VALUE : random.nextInt(1000);
    }

    private Duration time() {
        return Duration.ofSeconds(number() >> 8, random.nextInt(1_000_000_000));
    }

    private Duration positive() {
        return Duration.ofSeconds(random.nextInt(100_000), 1 + random.nextInt(999_999_999));
    }

    private BigDecimal dollars() {
        return new BigDecimal(BigInteger.valueOf(random.nextLong()), random.nextInt(-3, 30));
    }

    private <E> E one(List<E> of) {
        return of.get(random.nextInt(of.size()));
    }

    <E extends Enum<E>> E one(Class<E> type) {
        return one(List.of(type.getEnumConstants()));
    }

    private <T> List<T> some(Supplier<T> each) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(each.get());
        }
        return list;
    }

    private OptionalLong maybe() {
        return random.nextBoolean() ? OptionalLong.of(bytes()) : OptionalLong.empty();
    }

    private <E extends Enum<E>> Map<E, Long> counts(Class<E> type) {
        Map<E, Long> counts = new EnumMap<>(type);
        some(() -> one(type)).forEach(key -> counts.put(key, number()));
        return counts;
    }

    URI uri() {
        try {
            String path = "/folder/" + random.nextInt() + " ä%" + text().replaceAll("[\\x00/\\ud800-\\udfff]", "_")
                    + ".parquet";
            return random.nextBoolean() ? Path.of(path).toUri() : new URI("gs", "bucket", path, null).normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    MergeRequest request() {
        MergeRequest.Builder request = MergeRequest.onKey("k" + text(), "l" + text())
                .spine(uri())
                .featureUris(List.of(uri(), uri(), uri()))
                .onDuplicateKey(one(MergeRequest.DuplicateKeys.class))
                .onDuplicateSpineKey(one(MergeRequest.SpineDuplicates.class))
                .onNameClash(one(MergeRequest.NameClash.class))
                .onExistingOutput(one(MergeRequest.ExistingOutput.class))
                .codec(one(MergeRequest.Codec.class));
        if (random.nextBoolean()) {
            request.expectFeatureFiles(count());
        }
        return request.writeTo(uri());
    }

    private MemorySize size() {
        return MemorySize.bytes(1 + (number() >>> 2));
    }

    ResourceLimits limits() {
        ResourceLimits.Builder limits = ResourceLimits.builder();
        for (Runnable setting : List.<Runnable>of(
                () -> limits.maxMemory(size()),
                () -> limits.minFreeDisk(size()),
                () -> limits.minFreeSystemMemory(size()),
                () -> limits.maxElapsed(positive()),
                () -> limits.maxStall(positive()),
                () -> limits.threads(1 + random.nextInt(256)))) {
            if (random.nextBoolean()) {
                setting.run();
            }
        }
        return limits.build();
    }

    WorkOrder order() {
        return new WorkOrder(
                one(WorkOrder.Task.class),
                random.nextBoolean() ? Optional.of(name()) : Optional.empty(),
                request(),
                random.nextBoolean() ? Optional.of(limits()) : Optional.empty(),
                1 + random.nextInt(1000));
    }

    Progress progress() {
        Progress.Builder progress = Progress.in(one(Phase.class))
                .files(count(), count())
                .columns(count(), count())
                .bytes(bytes(), bytes())
                .memory(bytes(), maybe())
                .time(time(), random.nextBoolean() ? Optional.of(time()) : Optional.empty());
        if (random.nextBoolean()) {
            progress.warning(text());
        }
        if (random.nextBoolean()) {
            progress.detail(text());
        }
        return progress.build();
    }

    ResourceSample sample() {
        return new ResourceSample(
                time(), one(Phase.class), number(), maybe(), maybe(), number(), maybe(), maybe(), number());
    }

    private CostItem item() {
        return new CostItem(text(), text(), dollars());
    }

    Attempt attempt() {
        return new Attempt(text(), one(Attempt.Outcome.class), time(), dollars(), text());
    }

    private FeatureMatch match() {
        return new FeatureMatch(
                text(), one(MergeResult.RowMapKind.class), number(), number(), number(), number(), number(), number());
    }

    MergeResult result() {
        MergeResult.Builder result = MergeResult.of(text(), uri())
                .shape(number(), count())
                .bytes(bytes(), bytes())
                .elapsed(time())
                .cost(dollars())
                .featureMatches(some(this::match))
                .fileMoves(some(() -> new FileMoves(text(), number(), counts(Move.class), time())))
                .warnings(some(this::text));
        maybe().ifPresent(result::peakMemoryBytes);
        some(this::item).forEach(result::costItem);
        some(this::attempt).forEach(result::attempt);
        counts(Move.class).forEach(result::chunks);
        return result.build();
    }

    LimitBreach breach() {
        return new LimitBreach(
                one(Resource.class),
                bytes(),
                random.nextBoolean() ? bytes() : -bytes(),
                one(LimitBreach.Basis.class),
                one(Phase.class),
                text());
    }

    CostEstimate estimate() {
        CostEstimate.Builder estimate =
                CostEstimate.by(text()).cost(dollars()).shape(number(), count()).inputs(count(), number());
        counts(Resource.class).forEach(estimate::amount);
        some(this::text).forEach(name -> estimate.check(name, random.nextBoolean(), text()));
        some(this::text).forEach(estimate::inputProblem);
        some(this::text).forEach(estimate::refusal);
        some(this::breach).forEach(estimate::predictedBreach);
        some(this::item).forEach(estimate::costItem);
        return estimate.build();
    }

    /** Returns a failure of each kind. */
    List<MergeException> failures() {
        List<String> problems = new ArrayList<>(some(this::text));
        problems.add(text());
        List<MergeException> failures = List.of(
                new LimitBreachException(breach()),
                new StrategyUnavailableException(text()),
                new InvalidInputException(problems),
                new MergeCancelledException(text()),
                new OutcomeUnknownException(text()),
                new MergeFailedException(text()));
        for (MergeException failure : failures) {
            failure.spent(dollars());
            failure.attemptsMade(some(this::attempt));
        }
        return failures;
    }
}
