/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import shaded.parquet.org.apache.thrift.TBase;
import shaded.parquet.org.apache.thrift.TFieldIdEnum;
import shaded.parquet.org.apache.thrift.TUnion;
import shaded.parquet.org.apache.thrift.meta_data.EnumMetaData;
import shaded.parquet.org.apache.thrift.meta_data.FieldMetaData;
import shaded.parquet.org.apache.thrift.meta_data.FieldValueMetaData;
import shaded.parquet.org.apache.thrift.meta_data.ListMetaData;
import shaded.parquet.org.apache.thrift.meta_data.StructMetaData;

/** Makes thrift's structures with random values in every field that must be and some that may be. */
final class RandomStructs {
    private static final byte REQUIRED = 1;

    private final RandomGenerator random;

    RandomStructs(RandomGenerator random) {
        this.random = random;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // thrift's field enums can only be named by their raw type here
    <T extends TBase> T of(Class<T> type) {
        try {
            T struct = type.getConstructor().newInstance();
            Map<TFieldIdEnum, FieldMetaData> fields = (Map<TFieldIdEnum, FieldMetaData>)
                    type.getField("metaDataMap").get(null);
            if (struct instanceof TUnion) {
                TFieldIdEnum[] ids = fields.keySet().toArray(new TFieldIdEnum[0]);
                TFieldIdEnum id = ids[random.nextInt(ids.length)];
                struct.setFieldValue(id, value(fields.get(id).valueMetaData));
                return struct;
            }
            for (Map.Entry<TFieldIdEnum, FieldMetaData> field : fields.entrySet()) {
                boolean isRequired = field.getValue().requirementType == REQUIRED;
                if (isRequired || random.nextBoolean()) {
                    struct.setFieldValue(field.getKey(), value(field.getValue().valueMetaData));
                }
            }
            return struct;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private Object value(FieldValueMetaData type) {
        if (type instanceof EnumMetaData of) {
            return of.enumClass.getEnumConstants()[random.nextInt(of.enumClass.getEnumConstants().length)];
        }
        if (type instanceof StructMetaData of) {
            return of(of.structClass);
        }
        if (type instanceof ListMetaData of) {
            int size = random.nextInt(8) == 0 ? random.nextInt(300) : random.nextInt(5);
            List<Object> list = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                list.add(value(of.elemMetaData));
            }
            return list;
        }
        return switch (type.type) {
            case ThriftType.BOOL -> random.nextBoolean();
            case ThriftType.BYTE -> (byte) random.nextInt();
            case ThriftType.I16 -> (short) random.nextInt();
            case ThriftType.I32 -> random.nextInt() >> random.nextInt(32);
            case ThriftType.I64 -> random.nextLong() >> random.nextInt(64);
            case ThriftType.DOUBLE -> random.nextDouble();
            case ThriftType.STRING -> type.isBinary() ? ByteBuffer.wrap(bytes()) : text();
            default -> throw new AssertionError("kind " + type.type);
        };
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(8) == 0 ? random.nextInt(300) : random.nextInt(9)];
        random.nextBytes(bytes);
        return bytes;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(20); n > 0; n--) {
            text.appendCodePoint(random.nextInt(4) == 0 ? 0x100 + random.nextInt(0x1000) : 'a' + random.nextInt(26));
        }
        return text.toString();
    }
}
