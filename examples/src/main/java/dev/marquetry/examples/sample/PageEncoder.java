/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.sample;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.BinaryStatistics;
import org.apache.parquet.column.statistics.BooleanStatistics;
import org.apache.parquet.column.statistics.DoubleStatistics;
import org.apache.parquet.column.statistics.FloatStatistics;
import org.apache.parquet.column.statistics.IntStatistics;
import org.apache.parquet.column.statistics.LongStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;

/** Encodes pages of sampled values straight into bytes, with the same few buffers over and over: V1 pages. One per thread. */
final class PageEncoder {
    /** The most rows a page has. */
    static final int PAGE_ROWS = 20_000;

    private static final VarHandle INTS = view(int[].class);
    private static final VarHandle LONGS = view(long[].class);
    private static final VarHandle FLOATS = view(float[].class);
    private static final VarHandle DOUBLES = view(double[].class);
    private static final int LEVELS_BYTES = 16 + PAGE_ROWS / 8;

    /** {@code bits[i]} = random bits of the page's i-th value that is not null. */
    private final long[] bits = new long[PAGE_ROWS];

    private final byte[] page = new byte[LEVELS_BYTES + PAGE_ROWS * Long.BYTES];
    private final SampleCodec codec;
    private final byte[] compressed;

    PageEncoder(SampleCodec codec) {
        this.codec = codec;
        compressed = new byte[codec.maxCompressedLength(page.length)];
    }

    private static VarHandle view(Class<?> arrays) {
        return MethodHandles.byteArrayViewVarHandle(arrays, ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes one column chunk: the values of {@code column} in rows {@code keyRows[0 … rows - 1]} of the spine. */
    void writeChunk(ParquetFileWriter writer, SampleColumn column, int[] keyRows, int rows) throws IOException {
        if (column.kind() == ColumnKind.STRING) {
            writeDictionary(writer);
        }
        PrimitiveType type = column.type();
        for (int from = 0; from < rows; from += PAGE_ROWS) {
            writePage(writer, column, type, keyRows, from, Math.min(rows, from + PAGE_ROWS));
        }
    }

    private void writeDictionary(ParquetFileWriter writer) throws IOException {
        int end = 0;
        for (int word = 0; word < ColumnKind.WORDS; word++) {
            byte[] text = ColumnKind.word(word).getBytes();
            INTS.set(page, end, text.length);
            System.arraycopy(text, 0, page, end + Integer.BYTES, text.length);
            end += Integer.BYTES + text.length;
        }
        int size = codec.compress(page, end, compressed);
        BytesInput bytes = BytesInput.from(compressed, 0, size);
        writer.writeDictionaryPage(new DictionaryPage(bytes, end, ColumnKind.WORDS, Encoding.PLAIN));
    }

    private void writePage(
            ParquetFileWriter writer, SampleColumn column, PrimitiveType type, int[] keyRows, int from, int to)
            throws IOException {
        int rows = to - from;
        int values = collect(column, keyRows, from, to);
        int levelsEnd = values == rows ? putAllPresent(rows) : levelsEnd(rows);
        Statistics<?> statistics = Statistics.createStats(type);
        int end = putValues(column.kind(), values, levelsEnd, statistics);
        statistics.incrementNumNulls(rows - values);
        int size = codec.compress(page, end, compressed);
        BytesInput bytes = BytesInput.from(compressed, 0, size);
        writer.writeDataPage(
                rows,
                end,
                bytes,
                statistics,
                rows,
                Encoding.RLE,
                Encoding.RLE,
                column.kind().encoding());
    }

    /** Gathers the bits of values that are not null, and writes the levels of a page with nulls on the way. */
    private int collect(SampleColumn column, int[] keyRows, int from, int to) {
        int values = 0;
        if (!column.withNulls()) {
            for (int row = from; row < to; row++) {
                bits[values++] = column.bits(keyRows[row]);
            }
            return values;
        }
        int at = putPackedHeader(to - from);
        Arrays.fill(page, at, levelsEnd(to - from), (byte) 0);
        for (int row = from; row < to; row++) {
            long random = column.bits(keyRows[row]);
            if (!SampleValues.isNull(random)) {
                bits[values++] = random;
                int i = row - from;
                page[at + (i >> 3)] |= (byte) (1 << (i & 7));
            }
        }
        return values;
    }

    /** Writes levels that are all 1: length, then one run. */
    private int putAllPresent(int rows) {
        int end = putVarInt(Integer.BYTES, rows << 1);
        page[end++] = 1;
        INTS.set(page, 0, end - Integer.BYTES);
        return end;
    }

    /** Writes length and header of bit-packed levels and returns where the bits begin. */
    private int putPackedHeader(int rows) {
        int groups = (rows + 7) / 8;
        int at = putVarInt(Integer.BYTES, groups << 1 | 1);
        INTS.set(page, 0, at - Integer.BYTES + groups);
        return at;
    }

    private static int levelsEnd(int rows) {
        int groups = (rows + 7) / 8;
        return Integer.BYTES + varIntBytes(groups << 1 | 1) + groups;
    }

    private static int varIntBytes(int value) {
        return Math.max(1, (38 - Integer.numberOfLeadingZeros(value)) / 7);
    }

    private int putVarInt(int at, int value) {
        int rest = value;
        int end = at;
        while (rest > 0x7F) {
            page[end++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        page[end++] = (byte) rest;
        return end;
    }

    private int putValues(ColumnKind kind, int count, int at, Statistics<?> statistics) {
        return switch (kind) {
            case INSTANT -> putLongs(0, count, at, (LongStatistics) statistics);
            case INT64 -> putLongs(11, count, at, (LongStatistics) statistics);
            case DOUBLE -> putDoubles(count, at, (DoubleStatistics) statistics);
            case FLOAT -> putFloats(count, at, (FloatStatistics) statistics);
            case INT32 -> putInts(count, at, (IntStatistics) statistics);
            case BOOLEAN -> putBooleans(count, at, (BooleanStatistics) statistics);
            case STRING -> putWords(count, at, (BinaryStatistics) statistics);
        };
    }

    private int putLongs(int shift, int count, int at, LongStatistics statistics) {
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            long value = bits[i] >> shift;
            LONGS.set(page, at + (i << 3), value);
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        if (count > 0) {
            statistics.setMinMax(min, max);
        }
        return at + (count << 3);
    }

    private int putDoubles(int count, int at, DoubleStatistics statistics) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            double value = ColumnKind.toDouble(bits[i]);
            DOUBLES.set(page, at + (i << 3), value);
            min = value < min ? value : min;
            max = value > max ? value : max;
        }
        if (count > 0) {
            statistics.setMinMax(min, max);
        }
        return at + (count << 3);
    }

    private int putFloats(int count, int at, FloatStatistics statistics) {
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            float value = ColumnKind.toFloat(bits[i]);
            FLOATS.set(page, at + (i << 2), value);
            min = value < min ? value : min;
            max = value > max ? value : max;
        }
        if (count > 0) {
            statistics.setMinMax(min, max);
        }
        return at + (count << 2);
    }

    private int putInts(int count, int at, IntStatistics statistics) {
        int min = Integer.MAX_VALUE;
        int max = Integer.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            int value = ColumnKind.toInt(bits[i]);
            INTS.set(page, at + (i << 2), value);
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        if (count > 0) {
            statistics.setMinMax(min, max);
        }
        return at + (count << 2);
    }

    private int putBooleans(int count, int at, BooleanStatistics statistics) {
        int end = at + (count + 7) / 8;
        Arrays.fill(page, at, end, (byte) 0);
        for (int i = 0; i < count; i++) {
            boolean value = ColumnKind.toBoolean(bits[i]);
            statistics.updateStats(value);
            if (value) {
                page[at + (i >> 3)] |= (byte) (1 << (i & 7));
            }
        }
        return end;
    }

    /** Writes dictionary indices: their width, then one bit-packed run of groups of eight. */
    private int putWords(int count, int at, BinaryStatistics statistics) {
        page[at] = ColumnKind.WORD_BITS;
        int groups = (count + 7) / 8;
        int end = putVarInt(at + 1, groups << 1 | 1);
        int min = ColumnKind.WORDS;
        int max = -1;
        for (int group = 0; group < groups; group++) {
            long packed = 0;
            for (int i = 0; i < 8 && group * 8 + i < count; i++) {
                int word = ColumnKind.toWord(bits[group * 8 + i]);
                packed |= (long) word << (i * ColumnKind.WORD_BITS);
                min = Math.min(min, word);
                max = Math.max(max, word);
            }
            for (int b = 0; b < ColumnKind.WORD_BITS; b++) {
                page[end++] = (byte) (packed >>> (8 * b));
            }
        }
        if (count > 0) {
            Binary least = ColumnKind.word(min);
            statistics.updateStats(least);
            statistics.updateStats(ColumnKind.word(max));
        }
        return end;
    }
}
