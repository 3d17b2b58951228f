/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.sample;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** What a sampled column holds, and how 64 random bits become a value of it. The low 11 bits decide on null only. */
enum ColumnKind {
    /** The key: microseconds since 1970, UTC. Its bits are the value. */
    INSTANT(PrimitiveTypeName.INT64, LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS), Encoding.PLAIN),
    DOUBLE(PrimitiveTypeName.DOUBLE, null, Encoding.PLAIN),
    FLOAT(PrimitiveTypeName.FLOAT, null, Encoding.PLAIN),
    INT64(PrimitiveTypeName.INT64, null, Encoding.PLAIN),
    INT32(PrimitiveTypeName.INT32, null, Encoding.PLAIN),
    BOOLEAN(PrimitiveTypeName.BOOLEAN, null, Encoding.PLAIN),
    /** One of {@link #WORDS} words, dictionary-encoded. */
    STRING(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType(), Encoding.RLE_DICTIONARY);

    /** The number of words in a dictionary: 64, so that an index takes {@link #WORD_BITS} bits. */
    static final int WORDS = 64;

    static final int WORD_BITS = 6;

    private static final Binary[] DICTIONARY = dictionary();

    private final PrimitiveTypeName physical;
    private final @Nullable LogicalTypeAnnotation logical;
    private final Encoding encoding;

    ColumnKind(PrimitiveTypeName physical, @Nullable LogicalTypeAnnotation logical, Encoding encoding) {
        this.physical = physical;
        this.logical = logical;
        this.encoding = encoding;
    }

    PrimitiveTypeName physical() {
        return physical;
    }

    @Nullable
    LogicalTypeAnnotation logical() {
        return logical;
    }

    Encoding encoding() {
        return encoding;
    }

    /** Returns a double from -1 (included) to 1 with 53 random bits. */
    static double toDouble(long bits) {
        return (bits >> 11) * 0x1p-52;
    }

    /** Returns a float from -1 (included) to 1 with 24 random bits. */
    static float toFloat(long bits) {
        return (bits >> 40) * 0x1p-23f;
    }

    static long toLong(long bits) {
        return bits >> 11;
    }

    static int toInt(long bits) {
        return (int) (bits >> 32);
    }

    static boolean toBoolean(long bits) {
        return bits < 0;
    }

    /** Returns the index of a word, 0 to {@link #WORDS} - 1. Words ascend with their index. */
    static int toWord(long bits) {
        return (int) (bits >>> (64 - WORD_BITS));
    }

    static Binary word(int index) {
        return DICTIONARY[index];
    }

    /** Returns the value that {@code bits} stand for, as {@link SampleCheck} compares it. */
    Object value(long bits) {
        return switch (this) {
            case INSTANT -> bits;
            case DOUBLE -> toDouble(bits);
            case FLOAT -> toFloat(bits);
            case INT64 -> toLong(bits);
            case INT32 -> toInt(bits);
            case BOOLEAN -> toBoolean(bits);
            case STRING -> word(toWord(bits));
        };
    }

    private static Binary[] dictionary() {
        Binary[] words = new Binary[WORDS];
        for (int i = 0; i < WORDS; i++) {
            words[i] = Binary.fromConstantByteArray(
                    String.format(Locale.ROOT, "regime_%02d", i).getBytes(StandardCharsets.UTF_8));
        }
        return words;
    }
}
