/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import dev.marquetry.MergeRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.format.CompressionCodec;
import org.jspecify.annotations.Nullable;

/**
 * What goes where: the files, the output's columns and row groups, the keys. Immutable and thread-safe.
 *
 * <p>{@code files().get(0)} is the spine; {@code rowGroupStart()[g]} is the first row of output row group {@code g}, the
 * last element is the number of rows.
 */
public final class MergePlan {
    private static final Set<CompressionCodec> REWRITABLE = Set.of(
            CompressionCodec.UNCOMPRESSED,
            CompressionCodec.SNAPPY,
            CompressionCodec.GZIP,
            CompressionCodec.ZSTD,
            CompressionCodec.LZ4_RAW);

    private final MergeRequest request;
    private final List<InputFile> files;
    private final List<OutputColumn> columns;
    private final int[] firstColumn;
    private final int[] rowGroupStart;
    private final List<List<KeyType>> keyTypes;
    private final MergePlan origin;
    private final List<CompressionCodec> columnCodecs;

    MergePlan(
            MergeRequest request,
            List<InputFile> files,
            List<OutputColumn> columns,
            int[] rowGroupStart,
            List<List<KeyType>> keyTypes) {
        this(request, files, columns, rowGroupStart, keyTypes, null, List.of());
    }

    private MergePlan(
            MergeRequest request,
            List<InputFile> files,
            List<OutputColumn> columns,
            int[] rowGroupStart,
            List<List<KeyType>> keyTypes,
            @Nullable MergePlan origin,
            List<CompressionCodec> columnCodecs) {
        this.origin = origin == null ? this : origin;
        this.columnCodecs = List.copyOf(columnCodecs);
        this.request = request;
        this.files = List.copyOf(files);
        this.columns = List.copyOf(columns);
        this.rowGroupStart = rowGroupStart;
        this.keyTypes = List.copyOf(keyTypes);
        firstColumn = new int[files.size() + 1];
        for (OutputColumn column : columns) {
            firstColumn[column.file() + 1]++;
        }
        for (int f = 0; f < files.size(); f++) {
            firstColumn[f + 1] += firstColumn[f];
        }
    }

    /**
     * Returns this plan with its columns drawn from other {@code files} than the request's; the spine stays the first.
     *
     * @param codecs for each output column the codec that it has in the request's files
     */
    MergePlan drawnFrom(List<InputFile> others, List<OutputColumn> drawn, List<CompressionCodec> codecs) {
        return new MergePlan(request, others, drawn, rowGroupStart, keyTypes, this, codecs);
    }

    /** Returns the plan with the request's own files; mostly this one. Its columns are as many, in the same order. */
    public MergePlan origin() {
        return origin;
    }

    /** Returns the request. */
    public MergeRequest request() {
        return request;
    }

    /** Returns the input files, the spine first. */
    public List<InputFile> files() {
        return files;
    }

    /** Returns the spine. */
    public InputFile spine() {
        return files.get(0);
    }

    /** Returns the output's columns, in order. */
    public List<OutputColumn> columns() {
        return columns;
    }

    /** Returns the output's columns that come from file {@code file}, in order. */
    public List<OutputColumn> columnsOf(int file) {
        return columns.subList(firstColumn[file], firstColumn[file + 1]);
    }

    /** Returns the number of output row groups. */
    public int rowGroups() {
        return rowGroupStart.length - 1;
    }

    /** Returns the first row of output row group {@code group}; of the group behind the last, the number of rows. */
    public int rowGroupStart(int group) {
        return rowGroupStart[group];
    }

    /** Returns the rows of output row group {@code group}. */
    public int rowGroupRows(int group) {
        return rowGroupStart[group + 1] - rowGroupStart[group];
    }

    /** Returns the output's rows. */
    public int rows() {
        return rowGroupStart[rowGroupStart.length - 1];
    }

    /** Returns what the key columns of file {@code file} mean, in the order of the request's keys. */
    public List<KeyType> keyTypes(int file) {
        return keyTypes.get(file);
    }

    /** Returns the codec that every output page must have, or empty to keep each input's. */
    public Optional<CompressionCodec> codec() {
        return switch (request.codec()) {
            case AS_INPUT -> Optional.empty();
            case UNCOMPRESSED -> Optional.of(CompressionCodec.UNCOMPRESSED);
            case SNAPPY -> Optional.of(CompressionCodec.SNAPPY);
            case GZIP -> Optional.of(CompressionCodec.GZIP);
            case ZSTD -> Optional.of(CompressionCodec.ZSTD);
            case LZ4_RAW -> Optional.of(CompressionCodec.LZ4_RAW);
        };
    }

    /** Returns the codec that the pages of {@code column} must have, or empty to keep that of its chunks. */
    public Optional<CompressionCodec> codec(OutputColumn column) {
        Optional<CompressionCodec> asked = codec();
        if (asked.isPresent() || origin == this || column.file() == 0) {
            return asked;
        }
        return Optional.of(columnCodecs.get(column.index())).filter(REWRITABLE::contains);
    }

    /** Returns whether pages of {@code column} can go into the output as they are, where their rows do. */
    public boolean keepsPages(OutputColumn column) {
        if (column.file() == 0 && codec().isEmpty()) {
            return true;
        }
        CompressionCodec there = files.get(column.file()).sizes().codec();
        boolean keepsCodec = codec(column).map(wanted -> wanted == there).orElse(true);
        return keepsCodec && !column.gainsLevels() && !column.source().isRestored();
    }

    /** Returns about how many bytes the descriptions of one row group's chunks take in the footer: as many as in the inputs'. */
    public long descriptionBytes() {
        long bytes = 0;
        for (InputFile file : files) {
            bytes += file.descriptionBytes() / Math.max(1, file.rowGroups());
        }
        return bytes;
    }

    /** Returns the rows of the largest output row group. */
    public int largestRowGroup() {
        int most = 0;
        for (int g = 0; g < rowGroups(); g++) {
            most = Math.max(most, rowGroupRows(g));
        }
        return most;
    }

    /** Returns the bytes of all input files. */
    public long inputBytes() {
        return files.stream().mapToLong(file -> file.stamp().bytes()).sum();
    }

    /** Returns the bytes of all input column chunks, keys of feature files included. */
    public long chunkBytes() {
        return files.stream().mapToLong(file -> file.sizes().totalCompressed()).sum();
    }

    /** Returns the bytes of the input column chunks that go into the output. */
    public long carriedBytes() {
        long bytes = 0;
        for (OutputColumn column : columns) {
            List<Long> perColumn = files.get(column.file()).sizes().perColumn();
            bytes += perColumn.isEmpty() ? 0 : perColumn.get(column.source().index());
        }
        return bytes;
    }
}
