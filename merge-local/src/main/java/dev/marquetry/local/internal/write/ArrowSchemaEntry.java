/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.marquetry.MergeException;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code ARROW:schema} entry: the output's schema as an Arrow IPC message in base64, so that readers find again what
 * Parquet types do not say. Each column has the field of its own file's entry; one of a file without a readable entry has
 * the field that readers would make of it anyway. Not thread-safe.
 */
final class ArrowSchemaEntry {
    private static final Logger LOG = LoggerFactory.getLogger(ArrowSchemaEntry.class);
    private static final int CONTINUATION = -1;
    private static final int ALIGNMENT = 8;
    private static final int BYTES_PER_COLUMN = 128;

    private final MergePlan plan;
    private final @Nullable String pandas;
    private final FlatBufferBuilder out;
    private final ArrowFields fields;
    private final int[] columns;
    private final List<Integer> entries = new ArrayList<>();
    private short endianness = Endianness.Little;
    private boolean any;

    private ArrowSchemaEntry(MergePlan plan, @Nullable String pandas, FlatBufferBuilder.ByteBufferFactory memory) {
        this.plan = plan;
        this.pandas = pandas;
        columns = new int[plan.columns().size()];
        out = new FlatBufferBuilder(BYTES_PER_COLUMN * (columns.length + 8), memory);
        fields = new ArrowFields(out);
    }

    /**
     * Returns the entry's value, or null if no input with columns in the output has a readable one.
     *
     * @param pandas the output's {@code pandas} entry, which the schema repeats if the spine's does
     */
    static @Nullable String of(MergePlan plan, @Nullable String pandas, MemoryBudget budget, Place place) {
        Buffers buffers = new Buffers(budget, place);
        try {
            return new ArrowSchemaEntry(plan, pandas, buffers).text();
        } finally {
            buffers.giveAll();
        }
    }

    /** Returns the time zones of {@code file}'s columns, as far as its entry can be read and tells. */
    static Map<String, String> zones(InputFile file) {
        Map<String, String> zones = new HashMap<>();
        String text = Provenance.value(file, Provenance.ARROW);
        try {
            Schema schema = text == null ? null : read(Base64.getDecoder().decode(text));
            for (int i = 0; schema != null && i < schema.fieldsLength(); i++) {
                Field field = schema.fields(i);
                Timestamp type = new Timestamp();
                if (field.typeType() == Type.Timestamp && field.type(type) != null && type.timezone() != null) {
                    zones.putIfAbsent(field.name(), type.timezone());
                }
            }
        } catch (RuntimeException e) {
            LOG.debug("[{}] Entry {} can not be read: {}", file.name(), Provenance.ARROW, e.toString());
        }
        return zones;
    }

    /** Charges the buffers of a builder, which grows by taking a new one before it releases the old. */
    private static final class Buffers extends FlatBufferBuilder.ByteBufferFactory {
        private final MemoryBudget budget;
        private final Place place;
        private long taken;

        Buffers(MemoryBudget budget, Place place) {
            this.budget = budget;
            this.place = place;
        }

        @Override
        public ByteBuffer newByteBuffer(int capacity) {
            budget.take(capacity, place);
            taken += capacity;
            return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public void releaseByteBuffer(ByteBuffer buffer) {
            budget.give(buffer.capacity());
            taken -= buffer.capacity();
        }

        void giveAll() {
            budget.give(taken);
            taken = 0;
        }
    }

    private @Nullable String text() {
        for (int f = 0; f < plan.files().size(); f++) {
            if (!plan.columnsOf(f).isEmpty() && !copied(f)) {
                for (OutputColumn column : plan.columnsOf(f)) {
                    columns[column.index()] = fields.derive(column);
                }
            }
        }
        return any ? message() : null;
    }

    /** Takes file {@code f}'s fields from its entry; returns false if it has none that can be read. */
    private boolean copied(int f) {
        InputFile file = plan.files().get(f);
        String text = Provenance.value(file, Provenance.ARROW);
        if (text == null) {
            return false;
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            Schema schema = read(bytes);
            fields.begin(bytes.length);
            copyFields(f, schema);
            if (!any) {
                endianness = schema.endianness();
            }
            if (f == 0) {
                copyEntries(schema);
            }
            any = true;
            return true;
        } catch (RuntimeException e) { // a library's, of bytes that are not what they should be
            if (e instanceof MergeException known) {
                throw known;
            }
            LOG.debug("[{}] Entry {} can not be read and is left out: {}", file.name(), Provenance.ARROW, e.toString());
            return false;
        }
    }

    private static Schema read(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int prefix = buffer.getInt(0) == CONTINUATION ? 8 : 4; // before Arrow 0.15 the length came first
        Message message = Message.getRootAsMessage(buffer.position(prefix));
        Schema schema = new Schema();
        if (message.headerType() != MessageHeader.Schema || message.header(schema) == null) {
            throw new IllegalArgumentException("message without a schema");
        }
        return schema;
    }

    private void copyFields(int f, Schema schema) {
        Map<String, Field> byName = new HashMap<>();
        for (int i = 0; i < schema.fieldsLength(); i++) {
            Field field = schema.fields(i);
            byName.putIfAbsent(field.name(), field);
        }
        for (OutputColumn column : plan.columnsOf(f)) {
            Field field = byName.get(column.source().name());
            columns[column.index()] = field == null ? fields.derive(column) : fields.copy(field, column);
        }
    }

    private void copyEntries(Schema schema) {
        List<Integer> copies = new ArrayList<>();
        for (int i = 0; i < schema.customMetadataLength(); i++) {
            KeyValue entry = schema.customMetadata(i);
            String key = entry.key();
            if (key.equals(Provenance.PANDAS) && pandas != null) {
                copies.add(fields.entry(key, pandas));
            } else if (!Provenance.describesSchema(key)) {
                copies.add(fields.copy(entry));
            }
        }
        entries.addAll(copies);
    }

    private String message() {
        int fieldsAt = Schema.createFieldsVector(out, columns);
        int entriesAt = entries.isEmpty()
                ? 0
                : Schema.createCustomMetadataVector(
                        out, entries.stream().mapToInt(Integer::intValue).toArray());
        int schema = Schema.createSchema(out, endianness, fieldsAt, entriesAt, 0);
        out.finish(Message.createMessage(out, MetadataVersion.V5, MessageHeader.Schema, schema, 0, 0));
        ByteBuffer body = out.dataBuffer();
        int padded = (body.remaining() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer message = ByteBuffer.allocate(2 * Integer.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(CONTINUATION).putInt(padded).put(body);
        return new String(Base64.getEncoder().encode(message.array()), StandardCharsets.ISO_8859_1);
    }
}
