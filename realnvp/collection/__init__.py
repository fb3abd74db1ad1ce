"""A folder of any number of pictures, encoded and scored into a folder of Parquet files."""
