/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.Backup;
import dev.marquetry.CostEstimate;
import dev.marquetry.CostItem;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.MergeStrategy;
import dev.marquetry.OutputBackup;
import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.testkit.ScriptedStrategy;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An engine that reads nothing: tells what it was given, reports two events and succeeds or throws what it is told. */
final class FakeEngine implements Engine, MergeStrategy {
    @Nullable
    ResourceLimits limits;

    @Nullable
    MergeRequest request;

    int progressEveryFiles;
    boolean merged;
    Consumer<CostEstimate.Builder> estimate = builder -> {};

    @Nullable
    Throwable thrown;

    @Nullable
    BigQueryFallback fallbackAsked;

    @Nullable
    CloudRunFallback cloudRunAsked;

    MergeStrategy second = ScriptedStrategy.named("bigquery");
    MergeStrategy third = ScriptedStrategy.named("cloud-run");
    Optional<Tier.Prices> prices = Optional.empty();

    @Nullable
    URI backupFolder;

    @Nullable
    RuntimeException backupFailure;

    boolean isolated;

    @Nullable
    Sweep sweepAsked;

    Sweep.Report swept = new Sweep.Report(List.of(), List.of(), List.of());

    static FakeEngine throwing(Throwable thrown) {
        FakeEngine engine = new FakeEngine();
        engine.thrown = thrown;
        return engine;
    }

    static FakeEngine estimating(Consumer<CostEstimate.Builder> estimate) {
        FakeEngine engine = new FakeEngine();
        engine.estimate = estimate;
        return engine;
    }

    @Override
    public MergeStrategy within(ResourceLimits given, int everyFiles) {
        limits = given;
        progressEveryFiles = everyFiles;
        return this;
    }

    @Override
    public MergeStrategy isolated(ResourceLimits given, int everyFiles) {
        isolated = true;
        return within(given, everyFiles);
    }

    @Override
    public OutputBackup backup(URI folder) {
        backupFolder = folder;
        return new OutputBackup() {
            @Override
            public URI objectOf(MergeRequest given) {
                return URI.create(folder + "/" + MergeRequest.fileName(given.output()));
            }

            @Override
            public Backup copy(MergeRequest given, MergeResult result) {
                if (backupFailure != null) {
                    throw backupFailure;
                }
                return new Backup(objectOf(given), 17, "AAAAAQ==", result.outputBytes(), true);
            }

            @Override
            public Optional<CostItem> month(long bytes) {
                return Optional.of(new CostItem("copies kept", bytes + " bytes", new BigDecimal("0.02")));
            }
        };
    }

    @Override
    public MergeStrategy fallback(CloudFallback asked) {
        if (asked instanceof CloudRunFallback cloudRun) {
            cloudRunAsked = cloudRun;
            return third;
        }
        fallbackAsked = (BigQueryFallback) asked;
        return second;
    }

    @Override
    public Sweep.Report sweep(Sweep asked) {
        sweepAsked = asked;
        return swept;
    }

    @Override
    public List<Tier> tiers(ResourceLimits given, BigQueryFallback asked) {
        return List.of(new Tier(within(given, 1), Optional.empty()), new Tier(fallback(asked), prices));
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public CostEstimate estimate(MergeRequest given) {
        request = given;
        CostEstimate.Builder builder = CostEstimate.by(name())
                .shape(1_000, 57)
                .inputs(2, 3 << 20)
                .amount(Resource.MEMORY, 1 << 20)
                .check("free disk", true, "9.0 GiB free, 3.0 MiB needed");
        estimate.accept(builder);
        return builder.build();
    }

    @Override
    public MergeResult merge(MergeRequest given, ProgressListener progress) {
        merged = true;
        request = given;
        progress.onProgress(event(Phase.ALIGN, 0).build());
        progress.onProgress(
                event(Phase.MOVE, 3 << 20).warning("memory near its limit").build());
        if (thrown != null) {
            throw FakeEngine.<RuntimeException>sneaky(thrown);
        }
        return MergeResult.of(name(), given.output())
                .shape(1_000, 57)
                .bytes(3 << 20, 2 << 20)
                .elapsed(Duration.ofMillis(1_500))
                .peakMemoryBytes(5 << 20)
                .chunks(Move.COPIED, 40)
                .chunks(Move.GATHERED, 17)
                .featureMatches(List.of(
                        new FeatureMatch("a.parquet", RowMapKind.IDENTICAL, 1_000, 1_000, 0, 0, 0, 0),
                        new FeatureMatch("b\"\\.parquet", RowMapKind.ORDERED, 990, 980, 20, 7, 0, 3)))
                .warnings(List.of("memory came to 95 % of its limit"))
                .build();
    }

    private static Progress.Builder event(Phase phase, long bytes) {
        return Progress.in(phase)
                .files(bytes > 0 ? 3 : 0, 3)
                .columns(bytes > 0 ? 57 : 0, 57)
                .bytes(bytes, 3 << 20)
                .memory(4 << 20, OptionalLong.of(MemorySize.mib(256).bytes()))
                .time(Duration.ofSeconds(1), Optional.of(Duration.ofSeconds(2)));
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // lets a test throw an Error like any exception
    private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
