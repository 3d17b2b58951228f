/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.stage;

import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemotePlan;
import dev.marquetry.local.remote.RemoteType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;

/** Describes a plan to those who are to join it elsewhere. */
public final class Description {
    /** What a BYTE_ARRAY has before its bytes in a page. */
    private static final long LENGTH_BYTES = 4;

    private Description() {}

    /** Describes {@code plan}; {@code hasKey} if keys stand twice in its spine. Reads footers again. */
    public static RemotePlan of(MergePlan plan, boolean hasKey) throws IOException {
        List<RemoteFile> files = new ArrayList<>();
        for (int f = 1; f < plan.files().size(); f++) {
            files.add(file(plan, f));
        }
        return new RemotePlan(plan.rows(), hasKey, files);
    }

    private static RemoteFile file(MergePlan plan, int f) throws IOException {
        InputFile file = plan.files().get(f);
        long[] values = new long[file.columns().size()];
        long[] bytes = new long[file.columns().size()];
        Set<String> codecs = new TreeSet<>();
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            for (int g = 0; g < file.rowGroups(); g++) {
                List<ColumnChunk> chunks = file.readChunks(channel, g);
                for (OutputColumn column : plan.columnsOf(f)) {
                    int c = column.source().index();
                    ColumnMetaData chunk = chunks.get(c).getMeta_data();
                    values[c] += chunk.getNum_values() - nulls(chunk);
                    bytes[c] += bytes(chunk, column.source().schema());
                    codecs.add(chunk.getCodec().name());
                }
            }
        }
        List<RemoteColumn> columns = new ArrayList<>();
        for (OutputColumn column : plan.columnsOf(f)) {
            int c = column.source().index();
            Type type = column.source().schema().getType();
            columns.add(
                    new RemoteColumn(column.index(), f, column.source().name(), remoteType(type), values[c], bytes[c]));
        }
        return new RemoteFile(
                f, file.path().toUri(), file.name(), file.rows(), file.stamp().bytes(), columns, List.copyOf(codecs));
    }

    private static long nulls(ColumnMetaData chunk) {
        boolean told = chunk.isSetStatistics() && chunk.getStatistics().isSetNull_count();
        return told
                ? Math.max(
                        0, Math.min(chunk.getNum_values(), chunk.getStatistics().getNull_count()))
                : 0;
    }

    private static long bytes(ColumnMetaData chunk, SchemaElement schema) {
        long values = chunk.getNum_values() - nulls(chunk);
        return switch (chunk.getType()) {
            case BOOLEAN -> values;
            case INT32, FLOAT -> 4 * values;
            case INT64, DOUBLE -> 8 * values;
            case INT96 -> 12 * values;
            case FIXED_LEN_BYTE_ARRAY -> schema.getType_length() * values;
            case BYTE_ARRAY -> {
                boolean told = chunk.isSetSize_statistics()
                        && chunk.getSize_statistics().isSetUnencoded_byte_array_data_bytes();
                yield told
                        ? chunk.getSize_statistics().getUnencoded_byte_array_data_bytes()
                        : likelyBytes(chunk, values);
            }
        };
    }

    /** Guesses from what is stored, which dictionaries make less than it is, and from how long the bounds are. */
    private static long likelyBytes(ColumnMetaData chunk, long values) {
        long stored = chunk.getTotal_uncompressed_size() - LENGTH_BYTES * values;
        Statistics statistics = chunk.getStatistics();
        boolean bounded = chunk.isSetStatistics() && statistics.isSetMin_value() && statistics.isSetMax_value();
        long bounds = bounded ? (statistics.getMin_value().length + statistics.getMax_value().length) * values / 2 : 0;
        return Math.max(Math.max(0, stored), bounds);
    }

    static RemoteType remoteType(Type type) {
        return switch (type) {
            case BOOLEAN -> RemoteType.BOOLEAN;
            case INT32, INT64 -> RemoteType.INTEGER;
            case FLOAT, DOUBLE -> RemoteType.FLOATING;
            case INT96, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> RemoteType.BYTES;
        };
    }
}
