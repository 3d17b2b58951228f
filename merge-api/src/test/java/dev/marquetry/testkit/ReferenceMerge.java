/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import com.sun.management.OperatingSystemMXBean;
import dev.marquetry.CostEstimate;
import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.Codec;
import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.MergeStrategy;
import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.spi.GuardedListener;
import dev.marquetry.testkit.ReferencePlan.Input;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * A deliberately plain merge to compare others with: reads everything into memory, looks keys up in a hash map and writes
 * one row group. Obeys the whole contract and is no use for large inputs; {@code maxMemory} stands against what they take
 * once decoded.
 *
 * <p>Immutable and thread-safe.
 */
public final class ReferenceMerge implements MergeStrategy {
    private static final String VERSION = "reference";

    private final ResourceLimits limits;

    private ReferenceMerge(ResourceLimits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
    }

    /** Returns a strategy that keeps {@code limits} in every merge. */
    public static ReferenceMerge within(ResourceLimits limits) {
        return new ReferenceMerge(limits);
    }

    /** Returns {@code reference}. */
    @Override
    public String name() {
        return VERSION;
    }

    @Override
    public CostEstimate estimate(MergeRequest request) {
        ReferencePlan plan = new ReferencePlan(request);
        CostEstimate.Builder estimate = CostEstimate.by(name());
        plan.problems().forEach(estimate::inputProblem);
        estimate.inputs(plan.featureFiles().size(), plan.inputBytes());
        if (plan.problems().isEmpty()) {
            predictedBreaches(plan).forEach(estimate::predictedBreach);
            estimate.shape(plan.inputs().get(0).rows(), plan.columns())
                    .amount(Resource.MEMORY, plan.memoryBytes())
                    .amount(Resource.DISK, plan.inputBytes());
        }
        return estimate.build();
    }

    private List<LimitBreach> predictedBreaches(ReferencePlan plan) {
        List<LimitBreach> breaches = new ArrayList<>();
        if (plan.memoryBytes() > limits.maxMemory().bytes()) {
            breaches.add(predicted(Resource.MEMORY, limits.maxMemory(), plan.memoryBytes()));
        }
        limits.minFreeDisk().ifPresent(floor -> {
            long left = freeDisk(plan.output().getParent()) - plan.inputBytes();
            if (left < floor.bytes()) {
                breaches.add(predicted(Resource.DISK, floor, left));
            }
        });
        limits.minFreeSystemMemory().ifPresent(floor -> {
            long left = freeSystemMemory() - plan.memoryBytes();
            if (left < floor.bytes()) {
                breaches.add(predicted(Resource.SYSTEM_MEMORY, floor, left));
            }
        });
        return breaches;
    }

    private static LimitBreach predicted(Resource resource, MemorySize limit, long amount) {
        return new LimitBreach(resource, limit.bytes(), amount, Basis.PREDICTED, Phase.PLAN, "");
    }

    private static long freeDisk(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            throw new MergeFailedException("[" + folder + "] Cannot tell its free space", e);
        }
    }

    private static long freeSystemMemory() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getFreeMemorySize();
    }

    @Override
    public MergeResult merge(MergeRequest request, ProgressListener progress) {
        return new Run(request, new GuardedListener(progress)).merge();
    }

    /** One merge. */
    private final class Run {
        private final long begun = System.nanoTime();
        private final MergeRequest request;
        private final ProgressListener progress;
        private final ReferencePlan plan;
        private final List<TableWriter.Column> columns = new ArrayList<>();
        private final List<FeatureMatch> matches = new ArrayList<>();
        private int filesDone;
        private int columnsDone;

        Run(MergeRequest request, ProgressListener progress) {
            this.request = request;
            this.progress = progress;
            stopIfAsked();
            plan = new ReferencePlan(request);
        }

        MergeResult merge() {
            stopIfAsked();
            if (!plan.problems().isEmpty()) {
                throw new InvalidInputException(plan.problems());
            }
            predictedBreaches(plan).stream().findFirst().ifPresent(breach -> {
                throw new LimitBreachException(breach);
            });
            report(Phase.PLAN);
            Table spine = read(plan.inputs().get(0));
            List<@Nullable List<Object>> spineKeys = ReferenceKeys.keys(spine, request.keys());
            if (request.spineDuplicates() == SpineDuplicates.REJECT) {
                rowsByKey(plan.inputs().get(0), spine, spineKeys, DuplicateKeys.REJECT);
            }
            int[] everyRow = new int[spineKeys.size()];
            Arrays.setAll(everyRow, row -> row);
            addColumns(0, spine, everyRow);
            for (int file = 1; file < plan.inputs().size(); file++) {
                report(Phase.ALIGN);
                Input input = plan.inputs().get(file);
                Table feature = read(input);
                addColumns(file, feature, align(input, feature, spineKeys));
            }
            return publish(spineKeys.size());
        }

        private Table read(Input input) {
            try {
                Table table = Tables.read(input.path());
                refuseIfChanged(input);
                return table;
            } catch (IOException | UncheckedIOException e) {
                stopIfAsked();
                throw new InvalidInputException("[" + input.path() + "] Cannot read its pages: " + e.getMessage(), e);
            }
        }

        private void refuseIfChanged(Input input) throws IOException {
            if (!input.isUnchanged()) {
                throw new InvalidInputException("[" + input.path() + "] Cannot merge a file that changes meanwhile");
            }
        }

        /** Returns the row that each key stands in: of duplicates the one that {@code rule} takes. */
        private Map<List<Object>, Integer> rowsByKey(
                Input input, Table table, List<@Nullable List<Object>> keys, DuplicateKeys rule) {
            Map<List<Object>, Integer> rows = new HashMap<>();
            for (int row = 0; row < keys.size(); row++) {
                List<Object> key = keys.get(row);
                if (key == null) {
                    continue;
                }
                Integer first = rows.putIfAbsent(key, row);
                if (first != null && rule == DuplicateKeys.REJECT) {
                    throw new InvalidInputException("[" + input.path() + "] Cannot tell rows " + first + " and " + row
                            + " apart: both have the key " + ReferenceKeys.describe(table, request.keys(), row));
                }
                if (rule == DuplicateKeys.LAST) {
                    rows.put(key, row);
                }
            }
            return rows;
        }

        /** Returns, for each spine row, the row of the feature file or -1, and records how they matched. */
        private int[] align(Input input, Table feature, List<@Nullable List<Object>> spineKeys) {
            List<@Nullable List<Object>> keys = ReferenceKeys.keys(feature, request.keys());
            Map<List<Object>, Integer> rows = rowsByKey(input, feature, keys, request.duplicateKeys());
            int[] rowMap = new int[spineKeys.size()];
            Set<Integer> used = new HashSet<>();
            long absent = 0;
            boolean ordered = true;
            int last = -1;
            for (int row = 0; row < rowMap.length; row++) {
                List<Object> key = spineKeys.get(row);
                rowMap[row] = key == null ? -1 : rows.getOrDefault(key, -1);
                if (rowMap[row] < 0) {
                    absent++;
                } else {
                    ordered &= rowMap[row] >= last;
                    last = rowMap[row];
                    used.add(last);
                }
            }
            boolean identical = ordered && absent == 0 && used.size() == keys.size() && keys.size() == rowMap.length;
            long nullKeys = keys.stream().filter(Objects::isNull).count();
            matches.add(new FeatureMatch(
                    input.file(),
                    identical ? RowMapKind.IDENTICAL : ordered ? RowMapKind.ORDERED : RowMapKind.PERMUTED,
                    keys.size(),
                    rowMap.length - absent,
                    absent,
                    rows.size() - used.size(),
                    nullKeys,
                    keys.size() - nullKeys - rows.size()));
            return rowMap;
        }

        private void addColumns(int file, Table table, int[] rowMap) {
            Input input = plan.inputs().get(file);
            for (int column = 0; column < input.columns().size(); column++) {
                PrimitiveType type = input.columns().get(column).asPrimitiveType();
                String name = plan.names().get(file).get(column);
                List<@Nullable Object> values = table.values(type.getName());
                columns.add(new TableWriter.Column(
                        file == 0 ? type : optional(type, name), codec(input, type.getName()), new AbstractList<>() {
                            @Override
                            public @Nullable Object get(int row) {
                                return rowMap[row] < 0 ? null : values.get(rowMap[row]);
                            }

                            @Override
                            public int size() {
                                return rowMap.length;
                            }
                        }));
            }
        }

        private CompressionCodecName codec(Input input, String column) {
            if (request.codec() != Codec.AS_INPUT) {
                return CompressionCodecName.valueOf(request.codec().name());
            }
            return input.chunks().stream()
                    .filter(chunk -> chunk.getPath().toDotString().equals(column))
                    .findFirst()
                    .map(chunk -> chunk.getCodec())
                    .orElse(CompressionCodecName.UNCOMPRESSED);
        }

        private MergeResult publish(int rows) {
            Path output = plan.output();
            Path scratch = output.resolveSibling("." + output.getFileName() + "." + UUID.randomUUID() + ".scratch");
            try {
                try {
                    new TableWriter(ParquetProperties.builder().build(), Math.max(1, rows))
                            .write(scratch, columns, metadata(), this::columnWritten);
                    report(Phase.VERIFY);
                    verify(scratch, rows);
                    stopIfAsked();
                    Files.move(scratch, output, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                } finally {
                    Files.deleteIfExists(scratch);
                }
                filesDone = plan.inputs().size();
                columnsDone = columns.size();
                tell(Phase.PUBLISH);
                return result(rows, Files.size(output));
            } catch (IOException e) {
                stopIfAsked();
                throw new MergeFailedException("[" + output + "] Cannot write: " + e, e);
            }
        }

        private void columnWritten() {
            columnsDone++;
            int columnsOfFiles = 0;
            filesDone = 0;
            for (Input input : plan.inputs()) {
                columnsOfFiles += input.columns().size();
                filesDone += columnsOfFiles <= columnsDone ? 1 : 0;
            }
            report(Phase.MOVE);
        }

        private void verify(Path scratch, int rows) throws IOException {
            if (Tables.read(scratch).rows() != rows) {
                throw new MergeFailedException("[" + scratch + "] Cannot read back all rows: " + rows);
            }
            for (Input input : plan.inputs()) {
                refuseIfChanged(input);
            }
            try (FileChannel channel = FileChannel.open(scratch, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }

        private Map<String, String> metadata() {
            List<String> sources = new ArrayList<>();
            for (int file = 0; file < plan.inputs().size(); file++) {
                for (int column = 0; column < plan.names().get(file).size(); column++) {
                    Input input = plan.inputs().get(file);
                    sources.add("{\"column\":" + quoted(plan.names().get(file).get(column))
                            + ",\"file\":" + quoted(input.file())
                            + ",\"source\":"
                            + quoted(input.columns().get(column).getName()) + "}");
                }
            }
            Map<String, String> metadata = new LinkedHashMap<>();
            metadata.put("marquetry.version", VERSION);
            metadata.put("marquetry.fingerprint", request.fingerprint(plan.featureFiles()));
            metadata.put("marquetry.columns", "[" + String.join(",", sources) + "]");
            return metadata;
        }

        private MergeResult result(int rows, long outputBytes) {
            return MergeResult.of(name(), request.output())
                    .shape(rows, columns.size())
                    .bytes(plan.inputBytes(), outputBytes)
                    .elapsed(elapsed())
                    .featureMatches(matches)
                    .chunks(Move.GATHERED, rows == 0 ? 0 : columns.size())
                    .build();
        }

        private void report(Phase phase) {
            stopIfAsked();
            tell(phase);
            stopIfAsked();
        }

        private void tell(Phase phase) {
            progress.onProgress(Progress.in(phase)
                    .files(filesDone, plan.inputs().size())
                    .columns(columnsDone, plan.columns())
                    .bytes(bytes(columnsDone), bytes(plan.columns()))
                    .memory(
                            plan.memoryBytes(),
                            OptionalLong.of(limits.maxMemory().bytes()))
                    .time(elapsed(), Optional.empty())
                    .build());
        }

        /** Returns the bytes of the first {@code count} columns' chunks in the inputs. */
        private long bytes(int count) {
            long bytes = 0;
            int seen = 0;
            for (Input input : plan.inputs()) {
                for (Type column : input.columns()) {
                    bytes += seen++ < count
                            ? input.chunks().stream()
                                    .filter(chunk ->
                                            chunk.getPath().toDotString().equals(column.getName()))
                                    .mapToLong(chunk -> chunk.getTotalSize())
                                    .sum()
                            : 0;
                }
            }
            return bytes;
        }

        private void stopIfAsked() {
            if (Thread.currentThread().isInterrupted()) {
                throw new MergeCancelledException("Merge into " + request.output() + " was interrupted");
            }
            limits.maxElapsed().filter(limit -> elapsed().compareTo(limit) > 0).ifPresent(limit -> {
                throw new LimitBreachException(new LimitBreach(
                        Resource.ELAPSED, limit.toMillis(), elapsed().toMillis(), Basis.MEASURED, Phase.MOVE, ""));
            });
        }

        private Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - begun);
        }
    }

    private static PrimitiveType optional(PrimitiveType type, String name) {
        return Types.primitive(type.getPrimitiveTypeName(), Repetition.OPTIONAL)
                .length(type.getTypeLength())
                .as(type.getLogicalTypeAnnotation())
                .named(name);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
