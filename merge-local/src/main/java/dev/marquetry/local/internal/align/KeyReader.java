/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.page.FlatValues;
import dev.marquetry.local.internal.page.Levels;
import dev.marquetry.local.internal.page.LittleEndian;
import dev.marquetry.local.internal.page.ValueDecoder;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.KeyType;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.read.ChunkPages;
import dev.marquetry.local.internal.read.ChunkWindow;
import dev.marquetry.local.internal.read.DecodedPage;
import dev.marquetry.local.internal.read.Page;
import dev.marquetry.local.internal.read.SourceFile;
import dev.marquetry.local.internal.read.WorkerCodecs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/** Reads the key columns of one file after another, and nothing else of it. One per worker; not thread-safe. */
final class KeyReader implements AutoCloseable {
    private final MergePlan plan;
    private final boolean[] asLongs;
    private final MemoryBudget budget;
    private final Place place;
    private final MergeControl control;
    private final ChunkWindow window;
    private final WorkerCodecs codecs;
    private final DecodedPage opened;
    private final FlatValues values;
    private final FlatValues dictionary;
    private final FlatValues resolved;

    KeyReader(MergePlan plan, MemoryBudget budget, Place place, MergeControl control) {
        this.plan = plan;
        this.budget = budget;
        this.place = place;
        this.control = control;
        asLongs = asLongs(plan);
        window = new ChunkWindow(budget, place);
        codecs = new WorkerCodecs(budget, place);
        opened = new DecodedPage(budget, place, codecs);
        values = new FlatValues(budget, place);
        dictionary = new FlatValues(budget, place);
        resolved = new FlatValues(budget, place);
    }

    /** Returns for each key column whether equal values are equal longs in all files. */
    private static boolean[] asLongs(MergePlan plan) {
        boolean[] result = new boolean[plan.request().keys().size()];
        for (int k = 0; k < result.length; k++) {
            result[k] = true;
            for (int f = 0; f < plan.files().size(); f++) {
                result[k] &= plan.keyTypes(f).get(k).sameLong(plan.keyTypes(0).get(k));
            }
        }
        return result;
    }

    /** Returns keys to be filled; the caller closes them. */
    Keys empty() {
        List<KeyPart> parts = new ArrayList<>();
        for (int k = 0; k < asLongs.length; k++) {
            KeyType type = plan.keyTypes(0).get(k);
            parts.add(asLongs[k] ? new LongPart(type, budget, place) : new BytesPart(type, budget, place));
        }
        return new Keys(plan.request().keys(), parts, new ByteSlab(budget, place));
    }

    /** Fills {@code keys} with those of {@code source}, which is file {@code f}. */
    void read(SourceFile source, int f, Keys keys) throws IOException {
        InputFile file = source.file();
        keys.prepare(plan.keyTypes(f), file.rows());
        for (int k = 0; k < asLongs.length; k++) {
            String column = plan.request().keys().get(k);
            place.at(file.name(), column);
            KeyType type = plan.keyTypes(f).get(k);
            readColumn(source, file.column(column).orElseThrow(), type, keys, k);
        }
    }

    private void readColumn(SourceFile source, InputColumn column, KeyType type, Keys keys, int k) throws IOException {
        for (int g = 0; g < source.file().rowGroups(); g++) {
            ChunkPages pages = new ChunkPages(window, source.chunk(g, column));
            source.forgetBefore(g);
            Page dictionaryPage = pages.dictionary();
            if (dictionaryPage != null) {
                opened.decodeDictionary(pages, dictionaryPage, dictionary);
            }
            for (Page page = pages.next(); page != null; page = pages.next()) {
                control.check();
                readPage(pages, page, dictionaryPage, type, keys, k);
            }
        }
    }

    private void readPage(ChunkPages pages, Page page, @Nullable Page dictionaryPage, KeyType type, Keys keys, int k)
            throws IOException {
        opened.open(pages, page, 0);
        KeyPart part = keys.part(k);
        SchemaElement schema = pages.chunk().column().schema();
        if (part instanceof LongPart longs && schema.getType() == Type.INT64 && copyPlain(pages, page, longs)) {
            return;
        }
        int width = ValueDecoder.width(schema.getType(), schema.getType_length());
        values.reset(ValueDecoder.layout(schema.getType(), page.encoding()), width);
        opened.decodeInto(pages, page, values, dictionaryPage == null ? 0 : dictionary.count());
        FlatValues flat = values;
        if (page.isDictionaryEncoded()) {
            resolved.reset(dictionary.layout(), dictionary.width());
            resolved.appendResolved(values, 0, values.count(), dictionary);
            flat = resolved;
        }
        if (part instanceof LongPart longs && flat.width() == 8 && flat.count() == page.rows()) {
            copy(flat.bytes(), 0, longs, page);
            return;
        }
        int value = 0;
        byte[] has = opened.present();
        for (int i = 0; i < page.rows(); i++) {
            int row = page.firstRow() + i;
            if (Levels.get(has, i)) {
                add(type, schema.getType(), part, row, flat, value++);
            } else {
                keys.setNull(row);
                if (part instanceof BytesPart bytes) {
                    bytes.add(flat.bytes(), 0, 0);
                }
            }
        }
    }

    /** Copies the longs of a page that holds nothing else; returns false if it is not such a page. */
    private boolean copyPlain(ChunkPages pages, Page page, LongPart longs) {
        if (page.encoding() != Encoding.PLAIN || opened.valueCount() < page.rows()) {
            return false;
        }
        opened.decompressValues(pages, page);
        if (opened.valuesEnd() - opened.valuesAt() < 8L * page.rows()) {
            return false;
        }
        copy(opened.raw(), opened.valuesAt(), longs, page);
        return true;
    }

    private static void copy(byte[] from, int at, LongPart longs, Page page) {
        ByteBuffer.wrap(from, at, 8 * page.rows())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .get(longs.values(), page.firstRow(), page.rows());
    }

    private static void add(KeyType type, Type physical, KeyPart part, int row, FlatValues flat, int value) {
        byte[] bytes = flat.bytes();
        if (flat.layout() == FlatValues.Layout.BINARY
                || physical == Type.FIXED_LEN_BYTE_ARRAY
                || physical == Type.INT96) {
            boolean binary = flat.layout() == FlatValues.Layout.BINARY;
            int from = binary ? flat.ints()[value] : value * flat.width();
            int to = binary ? flat.ints()[value + 1] : from + flat.width();
            if (type.kind() == KeyType.Kind.BYTES) {
                ((BytesPart) part).add(bytes, from, to - from);
            } else {
                byte[] canonical = CanonicalKey.of(type, bytes, from, to);
                ((BytesPart) part).add(canonical, 0, canonical.length);
            }
            return;
        }
        long number = flat.width() == 1
                ? bytes[value]
                : flat.width() == 4 ? LittleEndian.getInt(bytes, 4 * value) : LittleEndian.getLong(bytes, 8 * value);
        if (type.unsigned() && physical == Type.INT32) {
            number &= 0xffffffffL;
        }
        if (part instanceof LongPart longs) {
            longs.values()[row] = number;
        } else {
            byte[] canonical = CanonicalKey.of(type, number);
            ((BytesPart) part).add(canonical, 0, canonical.length);
        }
    }

    @Override
    public void close() {
        window.close();
        codecs.close();
        opened.close();
        values.close();
        dictionary.close();
        resolved.close();
    }
}
