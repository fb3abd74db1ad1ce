"""What runs in the browser: the styles and scripts of the components that pages share."""
