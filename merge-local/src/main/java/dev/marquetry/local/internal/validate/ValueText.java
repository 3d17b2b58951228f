/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.validate;

import dev.marquetry.local.internal.page.LittleEndian;
import dev.marquetry.local.internal.plan.KeyType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/** Values for messages. */
final class ValueText {
    private static final int MOST = 40;

    private ValueText() {}

    /** Returns the value of {@code column} that is {@code length} bytes from {@code at} on, cut if it is long. */
    static String of(SchemaElement column, byte[] bytes, int at, int length) {
        Type type = column.getType();
        return switch (type) {
            case BOOLEAN -> bytes[at] == 0 ? "false" : "true";
            case FLOAT -> ofFloat(LittleEndian.getInt(bytes, at));
            case DOUBLE -> ofDouble(LittleEndian.getLong(bytes, at));
            case INT32 -> ofLong(column, LittleEndian.getInt(bytes, at));
            case INT64 -> ofLong(column, LittleEndian.getLong(bytes, at));
            case INT96 ->
                "INT96 of day " + LittleEndian.getInt(bytes, at + 8) + " and " + LittleEndian.getLong(bytes, at)
                        + " ns";
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> ofBytes(column, Arrays.copyOfRange(bytes, at, at + length));
        };
    }

    private static String ofFloat(int bits) {
        float value = Float.intBitsToFloat(bits);
        return Float.isNaN(value) ? "NaN (0x" + Integer.toHexString(bits) + ")" : Float.toString(value);
    }

    private static String ofDouble(long bits) {
        double value = Double.longBitsToDouble(bits);
        return Double.isNaN(value) ? "NaN (0x" + Long.toHexString(bits) + ")" : Double.toString(value);
    }

    private static String ofLong(SchemaElement column, long value) {
        KeyType type = KeyType.of(column).orElseThrow();
        return switch (type.kind()) {
            case DATE -> LocalDate.ofEpochDay(value).toString();
            case TIMESTAMP ->
                Instant.ofEpochSecond(
                                Math.floorDiv(value, type.unitsPerSecond()),
                                Math.floorMod(value, type.unitsPerSecond()) * (1_000_000_000 / type.unitsPerSecond()))
                        .toString();
            case DECIMAL -> new BigDecimal(BigInteger.valueOf(value), type.scale()).toPlainString();
            case INTEGER ->
                type.unsigned() && type.physical() == Type.INT32
                        ? Integer.toUnsignedString((int) value)
                        : type.unsigned() ? Long.toUnsignedString(value) : Long.toString(value);
            case BOOLEAN, TIME, BYTES -> Long.toString(value);
        };
    }

    private static String ofBytes(SchemaElement column, byte[] value) {
        boolean isText = column.getConverted_type() == ConvertedType.UTF8
                || (column.isSetLogicalType() && column.getLogicalType().isSetSTRING());
        boolean isDecimal = column.getConverted_type() == ConvertedType.DECIMAL
                || (column.isSetLogicalType() && column.getLogicalType().isSetDECIMAL());
        if (isDecimal && value.length > 0 && value.length <= MOST) {
            return new BigDecimal(new BigInteger(value), column.getScale()).toPlainString();
        }
        byte[] shown = Arrays.copyOf(value, Math.min(MOST, value.length));
        String text = isText
                ? "'" + new String(shown, StandardCharsets.UTF_8) + "'"
                : "0x" + HexFormat.of().formatHex(shown);
        return shown.length == value.length ? text : text + "... of " + value.length + " bytes";
    }
}
