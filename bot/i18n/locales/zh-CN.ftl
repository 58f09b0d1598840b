# zh-CN
