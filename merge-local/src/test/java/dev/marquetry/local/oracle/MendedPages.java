/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import java.util.Optional;
import java.util.PrimitiveIterator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;

/**
 * The pages of a row group that filtering by page indexes has left, for a record reader with a fault that {@code RowsTest}
 * shows: parquet-java's, up to 1.18.1, takes a column for read to its end once it knows the number of the last row to read,
 * even if that row's page is still to come, and gives the value of an earlier row for it
 * (https://github.com/apache/parquet-java/issues/3747). Here row numbers do not end before the last row's page was given out.
 */
final class MendedPages implements PageReadStore {
    private final PageReadStore pages;
    private PagesToTheLast latest;

    MendedPages(PageReadStore pages) {
        this.pages = pages;
    }

    @Override
    public PageReader getPageReader(ColumnDescriptor column) {
        latest = new PagesToTheLast(pages.getPageReader(column));
        return latest;
    }

    /** Returns the row numbers for the column whose pages were asked for last. */
    @Override
    public Optional<PrimitiveIterator.OfLong> getRowIndexes() {
        return pages.getRowIndexes().map(rows -> new RowNumbers(rows, latest));
    }

    @Override
    public Optional<Long> getRowIndexOffset() {
        return pages.getRowIndexOffset();
    }

    @Override
    public long getRowCount() {
        return pages.getRowCount();
    }

    @Override
    public void close() {
        pages.close();
    }

    private static final class PagesToTheLast implements PageReader {
        private final PageReader pages;
        private long endRow;

        PagesToTheLast(PageReader pages) {
            this.pages = pages;
        }

        @Override
        public DictionaryPage readDictionaryPage() {
            return pages.readDictionaryPage();
        }

        @Override
        public long getTotalValueCount() {
            return pages.getTotalValueCount();
        }

        @Override
        public DataPage readPage() {
            DataPage page = pages.readPage();
            if (page != null && page.getFirstRowIndex().isPresent()) {
                endRow = page.getFirstRowIndex().get() + page.getIndexRowCount().orElseThrow();
            }
            return page;
        }
    }

    private static final class RowNumbers implements PrimitiveIterator.OfLong {
        private final PrimitiveIterator.OfLong rows;
        private final PagesToTheLast pages;
        private long row = -1;

        RowNumbers(PrimitiveIterator.OfLong rows, PagesToTheLast pages) {
            this.rows = rows;
            this.pages = pages;
        }

        @Override
        public boolean hasNext() {
            return rows.hasNext() || pages.endRow <= row;
        }

        @Override
        public long nextLong() {
            row = rows.nextLong();
            return row;
        }
    }
}
