/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A struct in Thrift's compact protocol as a tree of numbered fields, whatever they mean: enough to look into a Parquet
 * footer, change it and write it again. Numbers are {@link Long}, texts {@code byte[]}. Not thread-safe.
 */
final class ThriftStruct {
    private static final int TRUE = 1;
    private static final int FALSE = 2;
    private static final int BYTE = 3;
    private static final int I64 = 6;
    private static final int DOUBLE = 7;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int STRUCT = 12;

    private final TreeMap<Integer, Value> fields = new TreeMap<>();

    private record Value(int type, Object content) {}

    private record Values(int type, List<Object> elements) {}

    static ThriftStruct read(ByteBuffer in) {
        ThriftStruct struct = new ThriftStruct();
        int id = 0;
        for (int header = in.get() & 0xff; header != 0; header = in.get() & 0xff) {
            int type = header & 0x0f;
            id = header >>> 4 == 0 ? (int) zigzag(in) : id + (header >>> 4);
            Object content = type == TRUE || type == FALSE ? Boolean.valueOf(type == TRUE) : value(in, type);
            struct.fields.put(id, new Value(type, content));
        }
        return struct;
    }

    private static Object value(ByteBuffer in, int type) {
        return switch (type) {
            case TRUE, FALSE, BYTE -> (long) in.get();
            case 4, 5, I64 -> zigzag(in);
            case DOUBLE -> in.order(ByteOrder.LITTLE_ENDIAN).getDouble();
            case BINARY -> {
                byte[] bytes = new byte[(int) varint(in)];
                in.get(bytes);
                yield bytes;
            }
            case LIST -> {
                int header = in.get() & 0xff;
                int count = header >>> 4 == 15 ? (int) varint(in) : header >>> 4;
                List<Object> elements = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    elements.add(value(in, header & 0x0f));
                }
                yield new Values(header & 0x0f, elements);
            }
            case STRUCT -> read(in);
            default -> throw new IllegalArgumentException("Thrift type " + type);
        };
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static long zigzag(ByteBuffer in) {
        long value = varint(in);
        return value >>> 1 ^ -(value & 1);
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out);
        return out.toByteArray();
    }

    private void write(ByteArrayOutputStream out) {
        int last = 0;
        for (Map.Entry<Integer, Value> field : fields.entrySet()) {
            int step = field.getKey() - last;
            last = field.getKey();
            int type = field.getValue().type();
            if (step <= 15) {
                out.write(step << 4 | type);
            } else {
                out.write(type);
                writeVarint(out, (long) last << 1);
            }
            if (type != TRUE && type != FALSE) {
                write(out, type, field.getValue().content());
            }
        }
        out.write(0);
    }

    private static void write(ByteArrayOutputStream out, int type, Object value) {
        switch (type) {
            case TRUE, FALSE, BYTE -> out.write(((Long) value).intValue());
            case 4, 5, I64 -> writeVarint(out, (Long) value << 1 ^ (Long) value >> 63);
            case DOUBLE ->
                out.writeBytes(ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putDouble((Double) value)
                        .array());
            case BINARY -> {
                writeVarint(out, ((byte[]) value).length);
                out.writeBytes((byte[]) value);
            }
            case LIST -> {
                Values list = (Values) value;
                int count = list.elements().size();
                out.write(Math.min(count, 15) << 4 | list.type());
                if (count >= 15) {
                    writeVarint(out, count);
                }
                list.elements().forEach(element -> write(out, list.type(), element));
            }
            default -> ((ThriftStruct) value).write(out);
        }
    }

    private static void writeVarint(ByteArrayOutputStream out, long value) {
        long left = value;
        for (; (left & ~0x7fL) != 0; left >>>= 7) {
            out.write((int) (left & 0x7f | 0x80));
        }
        out.write((int) left);
    }

    boolean has(int field) {
        return fields.containsKey(field);
    }

    /** Returns a number, {@code absent} if there is none. */
    long number(int field, long absent) {
        Value value = fields.get(field);
        return value == null ? absent : (Long) value.content();
    }

    boolean flag(int field, boolean absent) {
        Value value = fields.get(field);
        return value == null ? absent : (Boolean) value.content();
    }

    String text(int field) {
        Value value = fields.get(field);
        return value == null ? "" : new String((byte[]) value.content(), StandardCharsets.UTF_8);
    }

    @Nullable
    ThriftStruct struct(int field) {
        Value value = fields.get(field);
        return value == null ? null : (ThriftStruct) value.content();
    }

    /** Returns the structs of a list, which can be changed in place; empty if there is no such list. */
    List<ThriftStruct> structs(int field) {
        Value value = fields.get(field);
        return value == null
                ? List.of()
                : ((Values) value.content())
                        .elements().stream().map(ThriftStruct.class::cast).toList();
    }

    List<String> texts(int field) {
        Value value = fields.get(field);
        return value == null
                ? List.of()
                : ((Values) value.content())
                        .elements().stream()
                                .map(element -> new String((byte[]) element, StandardCharsets.UTF_8))
                                .toList();
    }

    void remove(int field) {
        fields.remove(field);
    }

    void put(int field, int number) {
        fields.put(field, new Value(5, (long) number));
    }

    void put(int field, String text) {
        fields.put(field, new Value(BINARY, text.getBytes(StandardCharsets.UTF_8)));
    }

    void put(int field, boolean flag) {
        fields.put(field, new Value(flag ? TRUE : FALSE, flag));
    }

    void putStructs(int field, List<ThriftStruct> structs) {
        fields.put(field, new Value(LIST, new Values(STRUCT, new ArrayList<>(structs))));
    }

    void putTexts(int field, List<String> texts) {
        List<Object> elements = new ArrayList<>();
        texts.forEach(text -> elements.add(text.getBytes(StandardCharsets.UTF_8)));
        fields.put(field, new Value(LIST, new Values(BINARY, elements)));
    }
}
