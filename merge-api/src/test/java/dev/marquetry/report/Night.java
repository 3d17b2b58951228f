/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.BatchMerge;
import dev.marquetry.CostEstimate;
import dev.marquetry.CostItem;
import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergePolicy;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.FileMoves;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.MergeStrategy;
import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.ResourceSample;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/** A night's merges as they would be: 667 feature files each, samples four times a second; nothing is read or written. */
final class Night {
    static final int FEATURE_FILES = 667;
    static final long ROWS = 100_000;
    static final int COLUMNS = 16_684;
    static final long LIMIT = 256L << 20;
    static final long PEAK = 213L << 20;
    static final long INPUT_BYTES = 13_400_000_000L;
    static final List<String> PAIRS = List.of(
            "audcad", "audchf", "audjpy", "audnzd", "audusd", "cadchf", "cadjpy", "chfjpy", "euraud", "eurcad",
            "eurchf", "eurgbp", "eurjpy", "eurnzd", "eurusd", "gbpaud", "gbpcad", "gbpchf", "gbpjpy", "gbpnzd",
            "gbpusd", "nzdcad", "nzdchf", "nzdjpy", "nzdusd", "usdcad", "usdjpy");
    static final LimitBreach TOO_LITTLE_DISK = new LimitBreach(
            Resource.DISK,
            20L << 30,
            19L << 30,
            Basis.MEASURED,
            Phase.MOVE,
            "[feat_0417_<rsi & \"macd\">.parquet] column 'rsi_45'");

    private Night() {}

    static MergeRequest request(String pair) {
        Path folder = Path.of("/data/checkpoints", pair);
        return MergeRequest.onKey("interval_time")
                .spine(folder.resolve("targets.parquet"))
                .features(folder, "*.parquet")
                .writeTo(Path.of("/data/wide", "training_" + pair + ".parquet"));
    }

    /** Merges as {@code local-arrow} would, in {@code seconds}; what the pair's name says goes wrong does. */
    static final class Local implements MergeStrategy {
        @Override
        public String name() {
            return "local-arrow";
        }

        @Override
        public CostEstimate estimate(MergeRequest request) {
            CostEstimate.Builder estimate = CostEstimate.by(name())
                    .shape(ROWS, COLUMNS)
                    .inputs(FEATURE_FILES, INPUT_BYTES)
                    .amount(Resource.MEMORY, 220L << 20)
                    .amount(Resource.DISK, 13_390_000_000L)
                    .amount(Resource.ELAPSED, 21_000)
                    .check("files", true, "668 of 668 are there")
                    .check("free disk", true, "412.6 GiB free, 12.5 GiB needed");
            if (request.output().getPath().contains("gbpjpy")) {
                estimate.predictedBreach(
                        new LimitBreach(Resource.MEMORY, LIMIT, 311L << 20, Basis.PREDICTED, Phase.PLAN, "row maps"));
            }
            return estimate.build();
        }

        @Override
        public MergeResult merge(MergeRequest request, ProgressListener progress) {
            String file = MergeRequest.fileName(request.output());
            Random random = new Random(file.hashCode());
            int samples = 70 + random.nextInt(40);
            boolean breaches = file.contains("eurnzd");
            for (int i = 0; i < (breaches ? samples / 2 : samples); i++) {
                progress.onSample(sample(i, samples, random));
            }
            if (file.contains("eurnzd")) {
                throw new LimitBreachException(TOO_LITTLE_DISK);
            } else if (file.contains("cadchf")) {
                throw new InvalidInputException(List.of(
                        "[feat_0003.parquet] Cannot align input without key column interval_time",
                        "[feat_0004.parquet] Cannot read footer: <4 bytes & less>"));
            } else if (file.contains("nzdjpy")) {
                progress.onProgress(Progress.in(Phase.MOVE)
                        .memory(240L << 20, OptionalLong.of(LIMIT))
                        .time(Duration.ofSeconds(9), Optional.empty())
                        .warning("memory came to 94 % of its limit")
                        .build());
            }
            return result(name(), request, samples * 250L, file.contains("aud"));
        }
    }

    static ResourceSample sample(int i, int samples, Random random) {
        double part = i / (double) samples;
        Phase phase = part < 0.03
                ? Phase.PLAN
                : part < 0.2 ? Phase.ALIGN : part < 0.93 ? Phase.MOVE : part < 0.98 ? Phase.VERIFY : Phase.PUBLISH;
        double fill = phase == Phase.MOVE ? 0.72 + 0.08 * random.nextDouble() : Math.min(0.5, 0.25 + part);
        long own = i == samples / 2 - 2 ? PEAK : (long) (fill * PEAK);
        long heap = (150L << 20) + ((i * 37L) % 97 << 20) + own / 2;
        double moved = Math.max(0, Math.min(1, (part - 0.2) / 0.73));
        return new ResourceSample(
                Duration.ofMillis(250L * i),
                phase,
                own,
                OptionalLong.of(LIMIT),
                OptionalLong.of((170L << 20) + heap),
                heap,
                OptionalLong.of((11L << 30) - heap - ((long) (random.nextDouble() * (200L << 20)))),
                OptionalLong.of((412L << 30) - (long) (moved * INPUT_BYTES)),
                (long) (moved * INPUT_BYTES));
    }

    static MergeResult result(String strategy, MergeRequest request, long millis, boolean gappy) {
        Random random = new Random(millis);
        List<FeatureMatch> matches = new ArrayList<>();
        List<FileMoves> moves = new ArrayList<>();
        moves.add(new FileMoves("targets.parquet", 9_000_000, Map.of(Move.COPIED, 9L), Duration.ofMillis(11)));
        long gathered = 0;
        for (int f = 1; f <= FEATURE_FILES; f++) {
            String file = String.format(
                    Locale.ROOT,
                    "feat_%04d_%s.parquet",
                    f,
                    List.of("rsi_45", "macd", "atr").get(f % 3));
            boolean lacks = gappy && f % 61 == 0;
            boolean twice = gappy && f == 400;
            boolean shuffled = f % 40 == 0;
            long absent = lacks ? 1 + random.nextInt(2_000) : 0;
            matches.add(new FeatureMatch(
                    file,
                    shuffled ? RowMapKind.PERMUTED : lacks || twice ? RowMapKind.ORDERED : RowMapKind.IDENTICAL,
                    ROWS - absent + (twice ? 12 : 0),
                    ROWS - absent,
                    absent,
                    f % 50 == 0 ? 7 : 0,
                    twice ? 2 : 0,
                    twice ? 10 : 0));
            Map<Move, Long> chunks = shuffled
                    ? Map.of(Move.GATHERED, 25L)
                    : lacks ? Map.of(Move.PAGE_COPIED, 20L, Move.SPLICED, 5L) : Map.of(Move.COPIED, 25L);
            gathered += shuffled ? 25 : 0;
            moves.add(new FileMoves(
                    file,
                    20_000_000L + random.nextInt(400_000),
                    chunks,
                    Duration.ofMillis(shuffled ? 210 : 22 + random.nextInt(20))));
        }
        return MergeResult.of(strategy, request.output())
                .shape(ROWS, COLUMNS)
                .bytes(INPUT_BYTES, 13_388_000_000L)
                .elapsed(Duration.ofMillis(millis))
                .peakMemoryBytes(PEAK)
                .chunks(Move.COPIED, COLUMNS - gathered)
                .chunks(Move.GATHERED, gathered)
                .featureMatches(matches)
                .fileMoves(moves)
                .build();
    }

    /** Stands for BigQuery: merges, for eight cents, and takes no samples. */
    static final class Cloud implements MergeStrategy {
        @Override
        public String name() {
            return "bigquery";
        }

        @Override
        public CostEstimate estimate(MergeRequest request) {
            return CostEstimate.by(name())
                    .shape(ROWS, COLUMNS)
                    .inputs(FEATURE_FILES, INPUT_BYTES)
                    .amount(Resource.MEMORY, 90L << 20)
                    .amount(Resource.BILLED_BYTES, INPUT_BYTES)
                    .costItem(new CostItem("scan", "12.5 GiB", new BigDecimal("0.0801")))
                    .build();
        }

        @Override
        public MergeResult merge(MergeRequest request, ProgressListener progress) {
            for (int i = 0; i <= 40; i++) {
                progress.onProgress(Progress.in(i < 15 ? Phase.STAGE : i < 25 ? Phase.JOIN : Phase.FETCH)
                        .memory((60 + i % 7) << 20, OptionalLong.of(LIMIT))
                        .bytes(i * INPUT_BYTES / 40, INPUT_BYTES)
                        .time(Duration.ofSeconds(10L * i), Optional.empty())
                        .build());
            }
            CostItem scan = new CostItem("scan", "12.6 GiB", new BigDecimal("0.0812"));
            return MergeResult.of(name(), request.output())
                    .shape(ROWS, COLUMNS)
                    .bytes(INPUT_BYTES, 13_388_000_000L)
                    .elapsed(Duration.ofSeconds(400))
                    .costItem(scan)
                    .build();
        }
    }

    /** Returns a report of one merge that went well. */
    static RunReport single(String pair) {
        MergeRecorder recorder = new MergeRecorder();
        recorder.around(new Local()).merge(request(pair));
        return recorder.report();
    }

    /** Returns a report of 27 pairs: two fail, one falls back. */
    static RunReport batch() {
        MergeRecorder recorder = new MergeRecorder();
        MergeStrategy chain = MergePolicy.startingWith(new Local())
                .fallbackTo(new Cloud())
                .onFallback(fallback -> {})
                .build();
        MergeStrategy onlyLocal = new Local();
        MergeStrategy merger = recorder.around(new MergeStrategy() {
            @Override
            public String name() {
                return chain.name();
            }

            @Override
            public CostEstimate estimate(MergeRequest request) {
                return chain.estimate(request);
            }

            @Override
            public MergeResult merge(MergeRequest request, ProgressListener progress) {
                boolean alone = request.output().getPath().contains("eurnzd");
                return (alone ? onlyLocal : chain).merge(request, progress);
            }
        });
        BatchMerge.Builder batch = BatchMerge.by(merger);
        PAIRS.forEach(pair -> batch.merge(pair, request(pair)));
        recorder.ended(batch.build().run());
        return recorder.report();
    }
}
